#pragma once

#include <chrono>

namespace bearward::async {

/// Has a loop more to do than it can? Its own timer tells: a tick that comes late has waited behind everything that
/// was ready before it, as a request does. One late tick is a pause of the machine; two in a row are overload, and
/// five in a row that are late by less than half the limit end it. One thread.
class Overload {
 public:
  /// A tick may be late by so much; 0: by any time.
  void use(std::chrono::milliseconds limit) { limit_ = limit; }

  /// A tick came so late. True when `on` has changed.
  bool tick(std::chrono::milliseconds late);
  bool on() const { return on_; }

 private:
  std::chrono::milliseconds limit_{0};
  bool on_ = false;
  unsigned ticks_against_ = 0;  // in a row: that are late, or while it is on, that are not
};

}  // namespace bearward::async
