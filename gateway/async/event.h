#pragma once

#include <boost/asio/async_result.hpp>
#include <functional>
#include <utility>

#include "async/task.h"

namespace bearward::async {

/// Something that one coroutine waits for and another, on the same thread, brings about. Stays set.
class Event {
 public:
  void set() {
    is_set_ = true;
    if (auto waiter = std::exchange(waiter_, nullptr)) waiter();
  }
  void reset() { is_set_ = false; }
  bool is_set() const { return is_set_; }

  /// At most one coroutine waits at a time.
  Task<> wait() {
    if (is_set_) co_return;
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<Executor>, void()>(
        [this](auto handler) { waiter_ = std::move(handler); }, boost::asio::use_awaitable_t<Executor>{});
  }

 private:
  std::move_only_function<void()> waiter_;
  bool is_set_ = false;
};

}  // namespace bearward::async
