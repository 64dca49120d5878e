#include "policy/rate_limiter.h"

#include <algorithm>

namespace bearward::policy {
namespace {

using std::chrono::nanoseconds;

nanoseconds debt_of(const RateLimit& limit, SteadyTime whole_at, SteadyTime now) {
  return std::clamp(nanoseconds{whole_at - now}, nanoseconds{0}, limit.whole());
}

RateVerdict verdict_on(const RateLimit& limit, nanoseconds debt, bool allowed) {
  const nanoseconds interval = limit.interval();
  const auto used = static_cast<std::uint32_t>((debt + interval - nanoseconds{1}) / interval);
  RateVerdict verdict{.allowed = allowed, .remaining = limit.requests - used, .until_next = {}};
  if (used > 0) verdict.until_next = debt - interval * (used - 1);
  return verdict;
}

}  // namespace

RateVerdict look_at_budget(const RateLimit& limit, SteadyTime whole_at, SteadyTime now) {
  const nanoseconds debt = debt_of(limit, whole_at, now);
  return verdict_on(limit, debt, debt + limit.interval() <= limit.whole());
}

RateVerdict take_from_budget(const RateLimit& limit, SteadyTime& whole_at, SteadyTime now) {
  const nanoseconds debt = debt_of(limit, whole_at, now);
  const nanoseconds wanted = debt + limit.interval();
  if (wanted > limit.whole()) return verdict_on(limit, debt, false);
  whole_at = now + wanted;
  return verdict_on(limit, wanted, true);
}

void charge_budget(const RateLimit& limit, SteadyTime& whole_at, SteadyTime now) {
  whole_at = now + std::min(debt_of(limit, whole_at, now) + limit.interval(), limit.whole());
}

void give_back_to_budget(const RateLimit& limit, SteadyTime& whole_at) { whole_at -= limit.interval(); }

}  // namespace bearward::policy
