#include "app/hand_over.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <filesystem>
#include <string_view>
#include <utility>

#include "app/inherited_sockets.h"
#include "telemetry/log.h"

namespace bearward::app {
namespace {

using telemetry::Level;

/// Loads its configuration, runs the policy tests and opens its stores meanwhile.
constexpr std::chrono::seconds start_limit{60};

error_code system_error(int number) { return {number, boost::system::system_category()}; }

/// Closes what it holds.
struct Descriptors {
  std::vector<int> all;
  Descriptors() = default;
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  ~Descriptors() {
    for (const int each : all) ::close(each);
  }
};

/// What is passed, moved out of the way of the numbers that it will have in the successor.
error_code copy_above(int lowest, const std::vector<int>& descriptors, Descriptors& copies) {
  for (const int each : descriptors) {
    const int copy = ::fcntl(each, F_DUPFD_CLOEXEC, lowest);
    if (copy < 0) return system_error(errno);
    copies.all.push_back(copy);
  }
  return {};
}

std::vector<std::string> environment_with(std::size_t sockets, bool kept_by_systemd) {
  std::vector<std::string> environment;
  for (char** each = environ; *each != nullptr; ++each) {
    // The watchdog is the successor's too, once systemd knows it for the main process.
    if (!std::string_view(*each).starts_with("WATCHDOG_PID=")) environment.emplace_back(*each);
  }
  environment.push_back(std::string(InheritedSockets::variable) + "=" + std::to_string(sockets));
  if (kept_by_systemd) environment.back().append(InheritedSockets::kept_word);
  return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& each : texts) pointers.push_back(each.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// posix_spawn's two settings, freed.
struct SpawnSettings {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  /// The successor has `copies` from the first inherited descriptor on and nothing behind them: connections of
  /// clients, above all, must end when this process ends them.
  void pass(const Descriptors& copies) {
    int target = InheritedSockets::first_descriptor;
    for (const int each : copies.all) ::posix_spawn_file_actions_adddup2(&actions, each, target++);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, target);
  }
  void usual_signals() {
    sigset_t none;
    sigset_t ignored;
    sigemptyset(&none);
    sigemptyset(&ignored);
    sigaddset(&ignored, SIGPIPE);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &ignored);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
};

std::string how_it_ended(int status) {
  if (WIFEXITED(status)) return "ended with exit " + std::to_string(WEXITSTATUS(status));
  return "was ended by signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

HandOver::HandOver(Executor control, std::vector<std::string> command)
    : control_(std::move(control)), command_(std::move(command)) {
  std::error_code ignored;
  own_file_ = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

Result<HandOver::Started> HandOver::start(const std::vector<int>& sockets, bool kept_by_systemd) const {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) != 0) return std::unexpected(system_error(errno));
  Descriptors own;
  own.all = {pipe_ends[1]};
  Descriptors copies;
  std::vector<int> passed = sockets;
  passed.push_back(pipe_ends[1]);
  const int behind_them = InheritedSockets::first_descriptor + static_cast<int>(passed.size());
  if (const error_code error = copy_above(behind_them, passed, copies)) {
    ::close(pipe_ends[0]);
    return std::unexpected(error);
  }
  SpawnSettings settings;
  settings.pass(copies);
  settings.usual_signals();
  std::vector<std::string> command = command_;
  std::vector<std::string> environment = environment_with(sockets.size(), kept_by_systemd);
  const std::vector<char*> arguments = pointers_to(command);
  const std::vector<char*> variables = pointers_to(environment);
  pid_t process = 0;
  const auto spawn = [&](const std::string& file) {
    return ::posix_spawnp(&process, file.c_str(), &settings.actions, &settings.attributes, arguments.data(),
                          variables.data());
  };
  int failed = spawn(command_.front());
  if (failed == ENOENT) failed = spawn(own_file_);
  if (failed == 0) return Started{process, pipe_ends[0]};
  ::close(pipe_ends[0]);
  return std::unexpected(system_error(failed));
}

Task<pid_t> HandOver::run(std::vector<int> sockets, bool kept_by_systemd) {
  const Result<Started> started = start(sockets, kept_by_systemd);
  if (!started) {
    telemetry::log(Level::error, "hand-over failed: cannot start {}: {}; this process serves on", command_.front(),
                   started.error().message());
    co_return 0;
  }
  successor_ = started->process;
  telemetry::log(Level::info, "hand-over: process {} has {} listening sockets and takes over once it serves",
                 successor_, sockets.size());
  const bool serves = co_await wait_until_it_serves(started->ready_pipe);
  const pid_t successor = std::exchange(successor_, 0);
  if (serves) {
    telemetry::log(Level::info, "hand-over: process {} serves", successor);
    co_return successor;
  }
  // It has ended, or is made to: the pipe was the last that it had.
  ::kill(successor, SIGKILL);
  int status = 0;
  ::waitpid(successor, &status, 0);
  telemetry::log(Level::error,
                 "hand-over failed: process {} {} before it served; its last messages say why; this "
                 "process serves on",
                 successor, how_it_ended(status));
  co_return 0;
}

Task<bool> HandOver::wait_until_it_serves(int ready_pipe) {
  boost::asio::posix::basic_stream_descriptor<Executor> pipe(control_, ready_pipe);
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer(control_, start_limit);
  timer.async_wait([successor = successor_](const error_code& error) {
    if (error) return;
    telemetry::log(Level::error, "hand-over: process {} does not serve after {} s", successor, start_limit.count());
    ::kill(successor, SIGKILL);
  });
  std::array<char, InheritedSockets::ready.size()> said{};
  const auto into = boost::asio::buffer(said);
  const auto [error, size] = co_await boost::asio::async_read(pipe, into, use_task);
  co_return !error && std::string_view(said.data(), size) == InheritedSockets::ready;
}

void HandOver::give_up() {
  if (under_way()) ::kill(successor_, SIGKILL);
}

}  // namespace bearward::app
