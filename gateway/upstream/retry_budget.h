#pragma once

#include <algorithm>

#include "base/time.h"

namespace bearward::upstream {

/// How many further tries one worker may add to an upstream's requests: one for every five requests, and two
/// a second however few there are. An upstream in trouble is not buried under the tries of all at once.
class RetryBudget {
 public:
  static constexpr double per_request = 0.2;
  static constexpr double per_second = 2;
  static constexpr double most_saved = 10;

  void note_request() { saved_ = std::min(saved_ + per_request, most_saved); }

  /// False when it is used up.
  bool take(SteadyTime now) {
    const std::chrono::duration<double> since = now - last_;
    last_ = now;
    saved_ = std::min(saved_ + per_second * since.count(), most_saved);
    if (saved_ < 1) return false;
    saved_ -= 1;
    return true;
  }

 private:
  double saved_ = most_saved;
  SteadyTime last_{};
};

}  // namespace bearward::upstream
