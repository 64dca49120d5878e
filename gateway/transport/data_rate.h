#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace bearward::transport {

/// The least that a peer has to keep up: on average, over the time that it was waited for beyond `grace`.
struct MinDataRate {
  std::uint64_t bytes_per_second = 0;  // 0: any
  std::chrono::milliseconds grace{0};
};

/// How fast one message's content moves, judged by the waiting alone: an upstream's pauses are not the client's.
/// A peer that sends a byte now and then keeps every idle timeout, and its connection for ever.
class DataRate {
 public:
  explicit DataRate(MinDataRate least) : least_(least) {}

  /// How long the peer may be waited for now, `idle` at most.
  std::chrono::milliseconds patience(std::chrono::milliseconds idle) const {
    if (least_.bytes_per_second == 0) return idle;
    const std::chrono::milliseconds earned(bytes_ * 1000 / least_.bytes_per_second);
    return std::clamp(least_.grace + earned - waited_, std::chrono::milliseconds{0}, idle);
  }

  void note(std::chrono::steady_clock::duration waited, std::uint64_t bytes) {
    waited_ += std::chrono::duration_cast<std::chrono::milliseconds>(waited);
    bytes_ += bytes;
  }

 private:
  MinDataRate least_;
  std::chrono::milliseconds waited_{0};
  std::uint64_t bytes_ = 0;
};

}  // namespace bearward::transport
