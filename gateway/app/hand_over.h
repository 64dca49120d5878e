#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "async/task.h"
#include "base/result.h"

namespace bearward::app {

/// Replaces this process by a new one without refusing a connection: starts the binary anew with the arguments that
/// this process was started with, passes it the listening sockets, and waits until it says that it serves. Whatever
/// goes wrong before that is logged and changes nothing. One at a time; all calls on the control thread.
class HandOver {
 public:
  /// `command`: argv. The binary is looked for where that names it, so that a new file, or a link to one, counts.
  HandOver(Executor control, std::vector<std::string> command);
  HandOver(const HandOver&) = delete;
  HandOver& operator=(const HandOver&) = delete;

  bool under_way() const { return successor_ != 0; }
  /// The successor's process when it serves, on `sockets` too; 0 when none does.
  Task<pid_t> run(std::vector<int> sockets, bool kept_by_systemd);
  /// Ends a successor that does not serve yet.
  void give_up();

 private:
  struct Started {
    pid_t process;
    int ready_pipe;
  };
  Result<Started> start(const std::vector<int>& sockets, bool kept_by_systemd) const;
  Task<bool> wait_until_it_serves(int ready_pipe);

  Executor control_;
  std::vector<std::string> command_;
  std::string own_file_;  // the binary that runs, should `command` no longer lead to one
  pid_t successor_ = 0;
};

}  // namespace bearward::app
