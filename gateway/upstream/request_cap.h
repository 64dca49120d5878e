#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "async/task.h"

namespace bearward::upstream {

/// At most so many requests of the whole process are with an upstream at a time. A few more wait for a
/// moment, in their order; the rest are refused at once. Its lock is on the way of requests to an upstream
/// with such a cap, and of no other.
class RequestCap : public std::enable_shared_from_this<RequestCap> {
 public:
  struct Limits {
    std::size_t requests = 1;
    std::size_t waiting = 0;
    std::chrono::milliseconds wait{};

    bool operator==(const Limits&) const = default;
  };

  explicit RequestCap(const Limits& limits) : limits_(limits) {}

  /// A request's place, given back when this is destroyed.
  class Slot {
   public:
    Slot() = default;
    explicit Slot(std::shared_ptr<RequestCap> cap) : cap_(std::move(cap)) {}
    Slot(Slot&&) noexcept = default;
    Slot& operator=(Slot&& other) noexcept {
      std::swap(cap_, other.cap_);
      return *this;
    }
    ~Slot() {
      if (cap_) cap_->release();
    }

    explicit operator bool() const { return cap_ != nullptr; }

   private:
    std::shared_ptr<RequestCap> cap_;  // null: no place
  };

  /// Waits on `executor`'s thread; nullopt when too many wait already, or for too long.
  Task<std::optional<Slot>> enter(Executor executor);

  /// After a reload; those who wait do not notice.
  void set_limits(const Limits& limits);

  std::size_t in_flight() const;
  std::size_t waiting() const;

 private:
  struct Waiter;
  class Wait;

  std::shared_ptr<Waiter> join_queue(Executor executor);
  bool try_enter();
  void release();

  mutable std::mutex mutex_;
  Limits limits_;
  std::size_t in_flight_ = 0;
  std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace bearward::upstream
