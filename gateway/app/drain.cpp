#include "app/drain.h"

namespace bearward::app {
namespace {

/// For connections that were cut to be done with.
constexpr std::chrono::milliseconds after_cut{1'000};

}  // namespace

void Drain::begin(SteadyTime now, std::chrono::milliseconds delay, std::chrono::milliseconds limit) {
  if (begun()) return;
  next_ = Next::stop_accepting;
  due_ = now + delay;
  limit_ = limit;
}

Drain::Step Drain::next_step(SteadyTime now) {
  const bool due = now >= due_ || (hurried_ && next_ != Next::leave);
  if (!due) return Step::none;
  switch (next_) {
    case Next::begin:
    case Next::nothing:
      return Step::none;
    case Next::stop_accepting:
      next_ = Next::cut;
      due_ = now + limit_;
      return Step::stop_accepting;
    case Next::cut:
      next_ = Next::leave;
      due_ = now + after_cut;
      return Step::cut;
    case Next::leave:
      next_ = Next::nothing;
      return Step::leave;
  }
  return Step::none;
}

}  // namespace bearward::app
