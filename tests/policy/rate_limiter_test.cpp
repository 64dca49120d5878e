#include "policy/rate_limiter.h"

#include <gtest/gtest.h>

namespace bearward::policy {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start{1'000h};

int allowed_of(int tries, const RateLimit& limit, SteadyTime& whole_at, SteadyTime now) {
  int allowed = 0;
  for (int i = 0; i < tries; ++i) allowed += take_from_budget(limit, whole_at, now).allowed ? 1 : 0;
  return allowed;
}

TEST(RateLimiter, LetsTheWholeBudgetThroughAtOnceAndThenOneEachInterval) {
  for (const RateLimit& limit : {RateLimit{1, 1s}, RateLimit{5, 1min}, RateLimit{7, 1s}, RateLimit{1'000'000, 24h}}) {
    SCOPED_TRACE(limit.requests);
    SteadyTime whole_at{};
    SteadyTime now = start;
    const int burst = static_cast<int>(std::min<std::uint32_t>(limit.requests, 100'000));
    if (limit.requests <= 100'000) {
      EXPECT_EQ(allowed_of(burst + 10, limit, whole_at, now), burst);
      const RateVerdict refused = take_from_budget(limit, whole_at, now);
      EXPECT_FALSE(refused.allowed);
      EXPECT_EQ(refused.until_next, limit.interval());
      EXPECT_FALSE(take_from_budget(limit, whole_at, now + refused.until_next - 1ns).allowed);
      EXPECT_TRUE(take_from_budget(limit, whole_at, now + refused.until_next).allowed);
      EXPECT_FALSE(take_from_budget(limit, whole_at, now + refused.until_next).allowed);
    }
    now += 2 * limit.whole();
    EXPECT_EQ(allowed_of(burst, limit, whole_at, now), burst) << "the budget is whole again, and not more than whole";
  }
}

TEST(RateLimiter, NeverLetsAPeriodSeeOneTooMany) {
  const RateLimit limit{7, 1s};  // no whole number of nanoseconds each
  SteadyTime whole_at{};
  EXPECT_EQ(allowed_of(7, limit, whole_at, start), 7);
  int allowed = 0;
  for (SteadyTime now = start; now <= start + 10s; now += 1ms) allowed += allowed_of(3, limit, whole_at, now);
  EXPECT_GE(allowed, 69);
  EXPECT_LE(allowed, 70);
}

TEST(RateLimiter, SaysWhatIsLeftAndWhenThereIsMore) {
  const RateLimit limit{3, 1min};
  SteadyTime whole_at{};
  struct Case {
    const char* name;
    std::chrono::nanoseconds at;
    bool allowed;
    std::uint32_t remaining;
    std::chrono::nanoseconds until_next;
  };
  const Case cases[] = {
      {"the first", 0s, true, 2, 20s},     {"a second later", 1s, true, 1, 19s},       {"the last", 1s, true, 0, 19s},
      {"one too many", 5s, false, 0, 15s}, {"just too early", 19999ms, false, 0, 1ms}, {"in time", 20s, true, 0, 20s},
      {"after long", 100s, true, 2, 20s}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const RateVerdict verdict = take_from_budget(limit, whole_at, start + c.at);
    EXPECT_EQ(verdict.allowed, c.allowed);
    EXPECT_EQ(verdict.remaining, c.remaining);
    EXPECT_EQ(verdict.until_next, c.until_next);
  }
  const RateVerdict whole = look_at_budget(limit, {}, start);
  EXPECT_TRUE(whole.allowed);
  EXPECT_EQ(whole.remaining, 3U);
  EXPECT_EQ(whole.until_next, 0ns);
}

TEST(RateLimiter, TakesBackAndChargesOverTheLimit) {
  const RateLimit limit{2, 10s};
  SteadyTime whole_at{};
  EXPECT_EQ(allowed_of(2, limit, whole_at, start), 2);
  give_back_to_budget(limit, whole_at);
  EXPECT_EQ(allowed_of(2, limit, whole_at, start), 1);
  for (int i = 0; i < 10; ++i) charge_budget(limit, whole_at, start);
  EXPECT_FALSE(take_from_budget(limit, whole_at, start + 5s - 1ns).allowed);
  EXPECT_TRUE(take_from_budget(limit, whole_at, start + 5s).allowed) << "never in debt for more than the whole budget";
}

}  // namespace
}  // namespace bearward::policy
