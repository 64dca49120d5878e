#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace bearward::telemetry {

/// How many responses of each status class a worker has given since its start. Its thread alone counts, any may read:
/// an increment costs no more than that of a plain number.
class ResponseCounts {
 public:
  static constexpr int classes = 5;  // 1xx to 5xx; what is none counts as 5xx

  void count(int status) {
    std::atomic<std::uint64_t>& count = by_class_[status >= 100 && status < 600 ? status / 100 - 1 : classes - 1];
    count.store(count.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  /// `status_class` from 1 to 5.
  std::uint64_t of(int status_class) const { return by_class_[status_class - 1].load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<std::uint64_t>, classes> by_class_{};
};

}  // namespace bearward::telemetry
