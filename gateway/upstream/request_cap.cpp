#include "upstream/request_cap.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace bearward::upstream {

/// Its timer belongs to its own thread: others reach it by `post` alone.
struct RequestCap::Waiter {
  Waiter(Executor executor, std::chrono::milliseconds limit) : timer(executor) { timer.expires_after(limit); }

  boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                    Executor>
      timer;
  bool granted = false;  // by the cap's mutex; a place that was handed over is counted already
};

/// Leaves the queue whatever becomes of the coroutine that waits.
class RequestCap::Wait {
 public:
  Wait(std::shared_ptr<RequestCap> cap, std::shared_ptr<Waiter> waiter)
      : cap_(std::move(cap)), waiter_(std::move(waiter)) {}
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;
  ~Wait() {
    const Slot place = leave();  // given back at once
  }

  /// The place that was handed over meanwhile, if one was.
  Slot leave() {
    if (!cap_) return {};
    const std::shared_ptr<RequestCap> cap = std::exchange(cap_, nullptr);
    const std::lock_guard lock(cap->mutex_);
    if (waiter_->granted) return Slot(cap);
    std::erase(cap->waiting_, waiter_);
    return {};
  }

 private:
  std::shared_ptr<RequestCap> cap_;  // null: left
  std::shared_ptr<Waiter> waiter_;
};

Task<std::optional<RequestCap::Slot>> RequestCap::enter(Executor executor) {
  if (try_enter()) co_return Slot(shared_from_this());
  const std::shared_ptr<Waiter> waiter = join_queue(executor);
  if (!waiter) co_return std::nullopt;
  Wait wait(shared_from_this(), waiter);
  co_await waiter->timer.async_wait(use_task);
  Slot place = wait.leave();
  if (!place) co_return std::nullopt;
  co_return std::optional<Slot>(std::move(place));
}

bool RequestCap::try_enter() {
  const std::lock_guard lock(mutex_);
  if (in_flight_ >= limits_.requests || !waiting_.empty()) return false;
  ++in_flight_;
  return true;
}

/// Null when it is full.
std::shared_ptr<RequestCap::Waiter> RequestCap::join_queue(Executor executor) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= limits_.waiting) return nullptr;
  auto waiter = std::make_shared<Waiter>(executor, limits_.wait);
  if (in_flight_ < limits_.requests && waiting_.empty()) {  // since try_enter looked
    ++in_flight_;
    waiter->granted = true;
    waiter->timer.expires_after(std::chrono::milliseconds{0});
  } else {
    waiting_.push_back(waiter);
  }
  return waiter;
}

void RequestCap::release() {
  std::shared_ptr<Waiter> next;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() || in_flight_ > limits_.requests) {
      --in_flight_;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
    next->granted = true;
  }
  // Moved: the last reference goes on the waiter's own thread, with its timer.
  const auto executor = next->timer.get_executor();
  boost::asio::post(executor, [next = std::move(next)] { next->timer.cancel(); });
}

void RequestCap::set_limits(const Limits& limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

std::size_t RequestCap::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

std::size_t RequestCap::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace bearward::upstream
