#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>

namespace bearward::transport {

/// The TLS handshakes of clients that are under way in the whole process, for `limits.handshakes`: shared by
/// all workers, and touched once a connection. A handshake costs more than anything else that a stranger can
/// ask for, in time of a core and in memory, and needs no credential.
class Handshakes {
 public:
  /// Holds a place among them from the first byte to the handshake's end, good or bad.
  struct Ending {
    void operator()(Handshakes* all) const { all->under_way_.fetch_sub(1, std::memory_order_relaxed); }
  };
  using Turn = std::unique_ptr<Handshakes, Ending>;
  Turn begin();

  void allow(unsigned most) { most_.store(most, std::memory_order_relaxed); }
  /// Is there no room for another? Then it waits in the kernel's queue; the log tells of it.
  bool full();

  /// The log tells how many there were, once a minute at most: whoever makes handshakes fail does not write
  /// the log too.
  void count_failure();
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  bool is_time_to_tell(std::atomic<std::int64_t>& last_told_seconds);
  static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::min();

  std::atomic<unsigned> under_way_{0};
  std::atomic<unsigned> most_{std::numeric_limits<unsigned>::max()};
  std::atomic<std::uint64_t> failures_{0};
  std::atomic<std::int64_t> told_of_failures_{never};
  std::atomic<std::int64_t> told_of_full_{never};
};

}  // namespace bearward::transport
