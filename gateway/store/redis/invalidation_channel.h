#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/task.h"
#include "store/redis/redis_settings.h"

namespace bearward::store {

/// Hears from Redis which users changed. One per process, on the control thread. Between `on_up` and
/// `on_down` no message was lost, except in the second before `on_down` (a frozen server is noticed by
/// its unanswered PING).
class InvalidationChannel {
 public:
  struct Callbacks {
    std::function<void()> on_up;
    std::function<void()> on_down;
    /// `issuer` is empty for a user of our own store.
    std::function<void(std::string_view issuer, std::string_view username)> on_change;
    /// A message that names nobody, or that this version cannot read.
    std::function<void()> on_change_of_all;
  };

  InvalidationChannel(Executor executor, RedisSettings settings, Callbacks callbacks);
  /// Closes; nothing is called back any more.
  ~InvalidationChannel();
  InvalidationChannel(const InvalidationChannel&) = delete;
  InvalidationChannel& operator=(const InvalidationChannel&) = delete;

  void start();
  void close();
  bool up() const;
  const std::string& problem() const;

 private:
  class State;
  std::shared_ptr<State> state_;
};

}  // namespace bearward::store
