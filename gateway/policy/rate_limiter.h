#pragma once

#include <chrono>
#include <cstdint>

#include "base/time.h"

namespace bearward::policy {

/// A budget of `requests` that refills steadily, the whole of it in `per`: so many may come at once, and
/// from then on one for each `interval`. This is GCRA (ITU-T I.371): one point in time is all that is kept
/// of a key, and there is no window at whose edge twice the budget passes.
struct RateLimit {
  std::uint32_t requests = 1;  // at least 1
  std::chrono::nanoseconds per{};

  /// Rounded up, so that no period ever sees one too many.
  constexpr std::chrono::nanoseconds interval() const {
    return std::chrono::nanoseconds{(per.count() + requests - 1) / requests};
  }
  constexpr std::chrono::nanoseconds whole() const { return interval() * requests; }

  bool operator==(const RateLimit&) const = default;
};

struct RateVerdict {
  bool allowed = true;
  std::uint32_t remaining = 0;            // what is left, this request taken off
  std::chrono::nanoseconds until_next{};  // until there is one more than that; zero: the budget is whole
};

/// `whole_at` is when the key's budget is whole again; a time in the past says that it is.
/// Would a request be allowed? `remaining` is what is left now.
RateVerdict look_at_budget(const RateLimit& limit, SteadyTime whole_at, SteadyTime now);
/// Takes one request off the budget where it is allowed, and nothing where it is not.
RateVerdict take_from_budget(const RateLimit& limit, SteadyTime& whole_at, SteadyTime now);
/// Takes one off even where none is left, though never more than the whole budget.
void charge_budget(const RateLimit& limit, SteadyTime& whole_at, SteadyTime now);
/// Undoes one that was taken.
void give_back_to_budget(const RateLimit& limit, SteadyTime& whole_at);

}  // namespace bearward::policy
