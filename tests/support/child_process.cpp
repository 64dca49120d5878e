#include "support/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ostream>
#include <stdexcept>

namespace bearward::testing {
namespace {

/// Between fork and exec: async-signal-safe calls alone, for the test has threads.
void become(char* const* arguments, const ChildProcess::Files& files) {
  const auto replace = [](int target, const char* path, int flags) {
    const int opened = ::open(path, flags | O_CLOEXEC, 0600);
    if (opened < 0 || ::dup2(opened, target) < 0) ::_exit(126);
  };
  const auto path_of = [](const std::string& path) { return path.empty() ? "/dev/null" : path.c_str(); };
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_DFL);  // tests ignore it (tls_client.cpp); whether the program does is its own affair
  replace(STDIN_FILENO, path_of(files.input), O_RDONLY);
  replace(STDOUT_FILENO, path_of(files.output), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  replace(STDERR_FILENO, path_of(files.errors), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const Files& files) {
  std::vector<char*> pointers;
  for (const std::string& each : arguments) pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  id_ = ::fork();
  if (id_ == 0) become(pointers.data(), files);
  descriptor_ = id_ < 0 ? -1 : static_cast<int>(::syscall(SYS_pidfd_open, id_, 0));
  if (descriptor_ < 0) throw std::runtime_error("cannot start " + arguments[0]);
}

ChildProcess::ChildProcess(pid_t id) : id_(id), descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, id, 0))) {
  if (descriptor_ < 0) throw std::runtime_error("there is no process " + std::to_string(id));
}

std::unique_ptr<ChildProcess> ChildProcess::adopt(pid_t id) {
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  return std::unique_ptr<ChildProcess>(new ChildProcess(id));
}

ChildProcess::~ChildProcess() {
  if (!exit_code_) {
    send_signal(SIGKILL);
    wait();
  }
  ::close(descriptor_);
}

void ChildProcess::send_signal(int signal) const {
  if (!exit_code_) ::kill(id_, signal);
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds limit) {
  if (exit_code_) return exit_code_;
  pollfd polled{descriptor_, POLLIN, 0};
  if (::poll(&polled, 1, static_cast<int>(limit.count())) <= 0) return std::nullopt;
  int status = 0;
  ::waitpid(id_, &status, 0);
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

void PrintTo(const CommandResult& result, std::ostream* out) {
  *out << "exit code " << result.exit_code << "\nstdout: " << result.output << "\nstderr: " << result.errors;
}

}  // namespace bearward::testing
