#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "async/task.h"

namespace bearward::store {

/// Which users changed; `all` when that cannot be told (too many, or the file was replaced).
struct ChangedUsers {
  bool all = false;
  std::vector<std::string> usernames;
};

/// Notices every change of a SQLite user store within milliseconds, whoever made it: this process,
/// `bearward user`, or somebody's sqlite3 shell. inotify wakes it; the store's revision decides. It reads
/// a few indexed rows on the executor's own thread: give it the control thread, not a worker's.
class ChangeWatch {
 public:
  ChangeWatch(Executor executor, std::string path, std::function<void(const ChangedUsers&)> on_change);
  /// Nothing is called back any more.
  ~ChangeWatch();
  ChangeWatch(const ChangeWatch&) = delete;
  ChangeWatch& operator=(const ChangeWatch&) = delete;

  /// Begins. Changes before this call are not reported. False when the folder cannot be watched
  /// (inotify's limits): copies are then dropped by their age alone, and it tries again every second.
  bool start();

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace bearward::store
