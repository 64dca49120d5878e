#pragma once

#include <sys/types.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/tcp_socket.h"

namespace bearward::testing {

/// A program that a test runs. It dies with the test, whatever happens.
class ChildProcess {
 public:
  struct Files {
    std::string input;  // paths; empty: /dev/null
    std::string output;
    std::string errors;
  };

  /// `arguments[0]` is the program's path. Files are made anew.
  ChildProcess(const std::vector<std::string>& arguments, const Files& files);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// A process that a child of this one started: becomes a child of the test when that one ends.
  static std::unique_ptr<ChildProcess> adopt(pid_t id);
  /// Kills it if it still runs.
  ~ChildProcess();

  pid_t id() const { return id_; }
  void send_signal(int signal) const;
  /// The exit code, or 128 and the signal's number; nullopt when it still runs after `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit = patience);

 private:
  explicit ChildProcess(pid_t id);

  pid_t id_;
  int descriptor_;  // a pidfd: readable when the process has ended
  std::optional<int> exit_code_;
};

struct CommandResult {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

void PrintTo(const CommandResult& result, std::ostream* out);

}  // namespace bearward::testing
