#pragma once

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "async/task.h"
#include "base/result.h"
#include "base/time.h"

namespace bearward::async {

class SocketDeadline;

/// A worker's only timer on the way of a request. A timer per operation costs a quarter of the CPU of a
/// request; here an exchange stores one integer, and a tick every 100 ms looks at all of them. Deadlines
/// are therefore never early, and met up to two ticks late. One thread.
class CoarseTimer {
 public:
  static constexpr std::chrono::milliseconds tick{100};

  explicit CoarseTimer(Executor executor);
  ~CoarseTimer();
  CoarseTimer(const CoarseTimer&) = delete;
  CoarseTimer& operator=(const CoarseTimer&) = delete;

  void start();
  void stop();
  /// Called at every tick, after the deadlines: for a worker's housekeeping.
  void on_tick(std::function<void()> callback) { callback_ = std::move(callback); }

  /// The time at the last tick.
  SteadyTime now() const { return now_; }
  /// By how much the last tick was late.
  std::chrono::milliseconds lateness() const { return lateness_; }

 private:
  friend class SocketDeadline;
  void wait();
  void expire_due();

  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer_;
  SteadyTime now_;
  std::chrono::milliseconds lateness_{0};
  SocketDeadline* first_ = nullptr;
  std::function<void()> callback_;
  bool stopped_ = false;
};

/// The deadline of whatever a socket waits for: when it passes, the wait is cancelled and `expired` holds
/// until the next `arm`. Lives inside the socket's owner.
class SocketDeadline {
 public:
  SocketDeadline(CoarseTimer& timer, Socket& socket);
  ~SocketDeadline();
  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

  void arm(std::chrono::milliseconds limit) {
    expired_ = false;
    at_ = timer_.now_ + limit + CoarseTimer::tick;  // `now_` is up to a tick old
  }
  /// The same, or at `latest` if that comes first.
  void arm(std::chrono::milliseconds limit, SteadyTime latest) {
    arm(limit);
    at_ = std::min(at_, latest);
  }
  /// The time at the timer's last tick.
  SteadyTime now() const { return timer_.now_; }
  void disarm() { at_ = SteadyTime::max(); }
  bool expired() const { return expired_; }

 private:
  friend class CoarseTimer;

  CoarseTimer& timer_;
  Socket& socket_;
  SteadyTime at_ = SteadyTime::max();
  bool expired_ = false;
  SocketDeadline* next_ = nullptr;
  SocketDeadline* previous_ = nullptr;
};

}  // namespace bearward::async
