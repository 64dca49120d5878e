#pragma once

#include <chrono>

#include "base/time.h"

namespace bearward::app {

/// How a process ends, by the clock: it is not ready, then accepts no more, then cuts what still runs, then leaves
/// what hangs even so. What is done at each step is the caller's. Reads no clock.
class Drain {
 public:
  enum class Step { none, stop_accepting, cut, leave };

  /// Not ready from `now` on; accepts for `delay` more, then what runs may take `limit`. Only the first call counts.
  void begin(SteadyTime now, std::chrono::milliseconds delay, std::chrono::milliseconds limit);
  /// The rest as fast as it goes.
  void hurry() { hurried_ = true; }
  bool begun() const { return next_ != Next::begin; }

  /// The step that is due: each comes once, in order.
  Step next_step(SteadyTime now);

 private:
  enum class Next { begin, stop_accepting, cut, leave, nothing };

  Next next_ = Next::begin;
  SteadyTime due_{};  // when the next step is
  std::chrono::milliseconds limit_{};
  bool hurried_ = false;
};

}  // namespace bearward::app
