#include "async/overload.h"

namespace bearward::async {
namespace {

constexpr unsigned late_ticks_to_begin = 2;
constexpr unsigned good_ticks_to_end = 5;

}  // namespace

bool Overload::tick(std::chrono::milliseconds late) {
  const bool never = limit_ == std::chrono::milliseconds{0};
  if (never && !on_) return false;
  const bool against = on_ ? never || late < limit_ / 2 : late >= limit_;
  ticks_against_ = against ? ticks_against_ + 1 : 0;
  if (ticks_against_ < (on_ ? good_ticks_to_end : late_ticks_to_begin)) return false;
  ticks_against_ = 0;
  on_ = !on_;
  return true;
}

}  // namespace bearward::async
