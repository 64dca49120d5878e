#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <string_view>

#include "async/task.h"

namespace bearward::pipeline {

/// Where a request stands while the key that its token names is asked for: an issuer that has just rotated
/// its keys is understood at the first token. A few requests for a short while; others are refused at once.
/// One a worker, one thread.
class KeyWait {
 public:
  static constexpr std::size_t most = 256;
  static constexpr std::chrono::seconds limit{2};
  /// Has the keys of an issuer fetched; false when they are not going to be.
  using Ask = std::function<bool(std::string_view issuer)>;

  KeyWait(Executor executor, Ask ask) : executor_(executor), ask_(std::move(ask)) {}

  /// True: keys were fetched, so that another look is worth it.
  Task<bool> wait(std::string issuer);
  /// Ends all waits: a fetch has ended.
  void settle();

 private:
  struct Entry {
    asio::steady_timer* timer;
    bool* settled;
  };

  Executor executor_;
  Ask ask_;
  std::list<Entry> waiting_;
};

}  // namespace bearward::pipeline
