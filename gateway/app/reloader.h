#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/reload.h"
#include "async/blocking_pool.h"
#include "async/task.h"

namespace bearward::app {

/// Keeps the configuration that serves: loads another when it is asked to or when a file of it changes, on
/// a thread of its own, and hands it over whole. One a process; all calls on the control thread.
class Reloader {
 public:
  using Swap = std::function<void(const std::shared_ptr<const snapshot::Snapshot>&)>;

  /// What became of the last load.
  struct Outcome {
    bool ok = true;
    std::uint64_t generation = 0;  // of the configuration that serves now
    std::vector<config::Finding> findings;
  };

  /// `loaded` is what the process started with. `swap` gives every worker the new snapshot. Run the
  /// io_context of `control` until it has no work before this is destroyed.
  Reloader(Executor control, std::string file, Loaded loaded, Swap swap);
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  const std::shared_ptr<const snapshot::Snapshot>& running() const { return running_; }
  const Outcome& last() const { return last_; }
  /// Since the start.
  std::uint64_t taken() const { return taken_; }
  std::uint64_t refused() const { return refused_; }

  /// Loads anew; anything wrong changes nothing but `last`. Several at once are done one after another.
  Task<Outcome> reload();

  /// From now on a file that reads otherwise than it did is a reload, once it has come to rest.
  void watch_files();
  void close();

 private:
  /// What the loading thread knows of the files; nobody else looks at it.
  struct Watched {
    SourceFiles running;    // of the configuration that serves
    SourceFiles read;       // by the last load; after a refused one also what is still in force
    std::string loaded;     // the fingerprint that the last load saw
    std::string last_look;  // and that of the last look: two alike are files at rest
  };

  Loaded load(const std::shared_ptr<const snapshot::Snapshot>& running);
  bool came_to_rest_otherwise();
  Task<> watch();
  Task<> free_retired();
  void serve(std::shared_ptr<const snapshot::Snapshot> next);

  std::string file_;
  std::shared_ptr<const snapshot::Snapshot> running_;
  Swap swap_;
  Outcome last_;
  std::uint64_t taken_ = 0;
  std::uint64_t refused_ = 0;
  Watched watched_;
  /// Replaced ones: the worker whose last request lets go of one must not be held up by freeing it.
  std::vector<std::shared_ptr<const snapshot::Snapshot>> retired_;
  Executor control_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      pause_;
  bool closed_ = false;
  async::BlockingPool pool_;
};

}  // namespace bearward::app
