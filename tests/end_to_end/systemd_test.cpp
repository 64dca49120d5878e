#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "support/free_port.h"
#include "support/paths.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

using std::chrono::milliseconds;

/// systemd's end of NOTIFY_SOCKET.
class NotifySocket {
 public:
  /// `name`: a path, or one of the abstract namespace after `@`.
  explicit NotifySocket(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.starts_with('@')) address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) != 0) ADD_FAILURE() << name;
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);  // which the gateway inherits
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;
  ~NotifySocket() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(descriptor_);
  }

  /// The next message with `text`, whatever comes before; empty when none comes.
  std::string wait_for(std::string_view text, milliseconds limit = patience) const {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (true) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now()).count();
      pollfd polled{descriptor_, POLLIN, 0};
      if (left <= 0 || ::poll(&polled, 1, static_cast<int>(left)) <= 0) return {};
      char message[1024];
      const ssize_t size = ::recv(descriptor_, message, sizeof message, 0);
      const std::string got(message, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      if (got.find(text) != std::string::npos) return got;
    }
  }

 private:
  int descriptor_;
};

TEST(SystemdNotify, HearsOfStartReloadAndEnd) {
  const TemporaryDirectory folder;
  for (const std::string& name :
       {(folder.path() / "notify").string(), "@bearward-test-" + std::to_string(::getpid())}) {
    SCOPED_TRACE(name);
    const NotifySocket systemd(name);
    Site site;
    EXPECT_EQ(systemd.wait_for("READY=1"), "READY=1\nSTATUS=serving");
    site.gateway.send_signal(SIGHUP);
    EXPECT_NE(systemd.wait_for("RELOADING=1\nMONOTONIC_USEC="), "");
    EXPECT_NE(systemd.wait_for("READY=1"), "");
    site.gateway.send_signal(SIGTERM);
    EXPECT_NE(systemd.wait_for("STOPPING=1"), "");
    EXPECT_EQ(site.gateway.wait_for_exit(), 0);
  }
}

TEST(SystemdNotify, HearsWhoTheMainProcessIsAfterAHandOver) {
  const TemporaryDirectory folder;
  const NotifySocket systemd((folder.path() / "notify").string());
  Site site([](GatewayConfig& config) { config.set("pid_file", "gateway.pid"); });
  ASSERT_NE(systemd.wait_for("READY=1"), "");
  EXPECT_EQ(site.gateway.hand_over()->wait(), 0);
  const std::string expected = "MAINPID=" + std::to_string(site.gateway.process_id());
  EXPECT_EQ(systemd.wait_for("MAINPID="), expected);
  EXPECT_EQ(systemd.wait_for("STOPPING=1", milliseconds(200)), "") << "the service goes on";
  EXPECT_EQ(site.gateway.stop(), 0);
  EXPECT_NE(systemd.wait_for("STOPPING=1"), "") << "the successor's word";
}

/// All threads of a process but its first stand still.
class StoppedThreads {
 public:
  explicit StoppedThreads(pid_t process) {
    for (const auto& each : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
      const pid_t thread = std::stoi(each.path().filename());
      if (thread == process || ::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) continue;
      ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr);
      ::waitpid(thread, nullptr, __WALL);
      threads_.push_back(thread);
    }
  }
  StoppedThreads(const StoppedThreads&) = delete;
  StoppedThreads& operator=(const StoppedThreads&) = delete;
  ~StoppedThreads() {
    for (const pid_t each : threads_) ::ptrace(PTRACE_DETACH, each, nullptr, nullptr);
  }
  bool any() const { return !threads_.empty(); }

 private:
  std::vector<pid_t> threads_;
};

TEST(SystemdWatchdog, HearsSignsOfLifeOnlyWhileTheWorkersGoRound) {
  const TemporaryDirectory folder;
  const NotifySocket systemd((folder.path() / "notify").string());
  ::setenv("WATCHDOG_USEC", "900000", 1);
  Site site;
  ::unsetenv("WATCHDOG_USEC");
  EXPECT_NE(systemd.wait_for("WATCHDOG=1"), "");
  EXPECT_NE(systemd.wait_for("WATCHDOG=1"), "");
  {
    const StoppedThreads stopped(site.gateway.process_id());
    if (!stopped.any()) GTEST_SKIP() << "no ptrace here";
    const auto falls_silent = [&] {  // after what was under way
      for (int heard = 0; heard < 20; ++heard) {
        if (systemd.wait_for("WATCHDOG=1", milliseconds(1'500)).empty()) return true;
      }
      return false;
    };
    EXPECT_TRUE(falls_silent());
  }
  EXPECT_NE(systemd.wait_for("WATCHDOG=1"), "");
  EXPECT_EQ(site.gateway.stop(), 0);
}

/// systemd's end of socket activation: listening sockets that gateways are given, one after another.
class ActivationSockets {
 public:
  ActivationSockets() = default;
  ActivationSockets(const ActivationSockets&) = delete;
  ActivationSockets& operator=(const ActivationSockets&) = delete;
  ~ActivationSockets() {
    for (const int each : sockets_) ::close(each);
  }

  void listen(std::uint16_t port, bool reuse_port) {
    // Not closed at exec, and above what the gateway will see.
    const int opened = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int passed = ::fcntl(opened, F_DUPFD, 100);
    ::close(opened);
    const int on = 1;
    ::setsockopt(passed, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (reuse_port) ::setsockopt(passed, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool listens =
        ::bind(passed, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(passed, 128) == 0;
    EXPECT_TRUE(listens) << port;
    sockets_.push_back(passed);
  }

  /// What starts the gateway with them, as systemd does: from descriptor 3 on, for the process of this id.
  std::vector<std::string> command() const {
    std::string script = "export LISTEN_PID=$$ LISTEN_FDS=" + std::to_string(sockets_.size()) + "; exec \"$0\" \"$@\"";
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
      const std::string from = std::to_string(sockets_[i]);
      script += " " + std::to_string(3 + i) + "<&" + from + " " + from + "<&-";
    }
    return {"/bin/bash", "-c", script, bearward_binary()};
  }

 private:
  std::vector<int> sockets_;
};

TEST(SocketActivation, ServesOnTheSocketsAndLeavesThemOpenWhenItEnds) {
  for (const bool reuse_port : {true, false}) {
    SCOPED_TRACE(reuse_port ? "a socket for each worker but one" : "one that workers share");
    RecordingUpstream upstream;
    GatewayConfig config(upstream.port());
    config.set("workers", "3").set("pid_file", "gateway.pid");
    ActivationSockets sockets;
    sockets.listen(config.port(), reuse_port);
    if (reuse_port) sockets.listen(config.port(), reuse_port);
    sockets.listen(config.admin_port(), false);
    GatewayProcess gateway(config);
    gateway.use_command(sockets.command());
    const auto waits_for_the_gateway = [&] {
      std::vector<RawClient> early;
      for (int i = 0; i < 8; ++i) early.emplace_back(gateway.port()).send(request("GET", "/public/x"));
      return early;
    };
    for (int life = 0; life < 2; ++life) {
      std::vector<RawClient> early = waits_for_the_gateway();
      gateway.start();
      for (RawClient& each : early) EXPECT_EQ(each.read_response().status, 200);
      if (life == 0) {
        EXPECT_EQ(gateway.hand_over()->wait(), 0) << gateway.errors();
      }
      EXPECT_EQ(exchange(gateway.port(), request("GET", "/public/x")).status, 200);
      EXPECT_EQ(gateway.stop(), 0) << gateway.errors();
    }
  }
}

TEST(SocketActivation, RefusesASocketThatNoListenerHas) {
  RecordingUpstream upstream;
  GatewayConfig config(upstream.port());
  ActivationSockets sockets;
  const std::uint16_t other = free_port();
  sockets.listen(other, false);
  GatewayProcess gateway(config);
  gateway.use_command(sockets.command());
  gateway.launch();
  EXPECT_EQ(gateway.wait_for_exit(), 2);
  EXPECT_NE(gateway.errors().find("127.0.0.1 port " + std::to_string(other)), std::string::npos) << gateway.errors();
}

TEST(SocketActivation, OfAnotherProcessIsPassedOver) {
  ::setenv("LISTEN_PID", "1", 1);
  ::setenv("LISTEN_FDS", "7", 1);
  Site site;
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
