#include "upstream/balancer.h"

#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <string>

#include "upstream/stable_hash.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;
using config::Balance;

const SteadyTime now = SteadyTime{} + 1000h;

/// Targets of these weights, and the requests that each has in flight.
struct Balancing {
  Balancing(Balance balance, const std::vector<unsigned>& weights, std::uint64_t seed = 1)
      : in_flight(weights.size()), balancer(balance, make(weights), seed) {}

  std::vector<Balancer::Candidate> make(const std::vector<unsigned>& weights) {
    std::vector<Balancer::Candidate> candidates;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      targets.push_back(std::make_shared<Target>(config::Target{"10.0.0." + std::to_string(i + 1), 80, {}}));
      candidates.push_back({targets[i], weights[i], &in_flight[i]});
    }
    return candidates;
  }

  std::size_t choose(std::uint64_t key = 0) { return balancer.choose(Balancer::Targets{}, key, now).value(); }

  /// How often each is chosen.
  std::vector<int> choices(int count) {
    std::vector<int> chosen(targets.size());
    for (int i = 0; i < count; ++i) ++chosen[choose(spread(static_cast<std::uint64_t>(i)))];
    return chosen;
  }

  std::vector<unsigned> in_flight;
  std::vector<std::shared_ptr<Target>> targets;
  Balancer balancer;
};

TEST(RoundRobin, TakesTurnsByWeightAndInterleavesThem) {
  struct Case {
    const char* name;
    std::vector<unsigned> weights;
    std::string order;
  };
  const Case cases[] = {
      {"alone", {7}, "aaaa"},
      {"equal", {1, 1, 1}, "abcabc"},
      {"three to one", {3, 1}, "aabaaaba"},
      {"five, one, one", {5, 1, 1}, "aabacaa"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Balancing balancing(Balance::round_robin, c.weights);
    std::string order;
    while (order.size() < c.order.size()) order += static_cast<char>('a' + balancing.choose());
    EXPECT_EQ(order, c.order);
  }
}

TEST(LeastRequests, PrefersTheLessLoadedOfTwoByWeight) {
  Balancing two(Balance::least_requests, {1, 1});
  two.in_flight = {5, 4};
  EXPECT_EQ(two.choices(100), (std::vector{0, 100}));

  Balancing weighted(Balance::least_requests, {3, 1});
  weighted.in_flight = {5, 2};  // 5/3 is less than 2/1
  EXPECT_EQ(weighted.choices(100), (std::vector{100, 0}));

  Balancing idle(Balance::least_requests, {3, 1});
  const auto chosen = idle.choices(4000);
  EXPECT_NEAR(chosen[0], 3000, 200) << "nothing in flight: by weight";

  Balancing many(Balance::least_requests, {1, 1, 1, 1});
  many.in_flight = {0, 9, 9, 9};
  const auto mostly = many.choices(4000);
  EXPECT_NEAR(mostly[0], 2000, 200) << "in half of all pairs: never the whole load at once";
}

TEST(Hash, FindsTheSameTargetForAKeyInEveryWorkerAndProcess) {
  Balancing one(Balance::hash, {1, 1, 1}, 1);
  Balancing another(Balance::hash, {1, 1, 1}, 2);
  for (std::uint64_t key = 0; key < 100; ++key) EXPECT_EQ(one.choose(key), another.choose(key));
  // Of one version and of the next: what a cluster hashes must not change with an upgrade.
  EXPECT_EQ(stable_hash("alice"), 0x3507d047a67c08f4ULL);
  EXPECT_EQ(one.choose(stable_hash("alice")), 1U);
}

TEST(Hash, SpreadsKeysByWeightAndMovesOnlyThoseOfATargetThatGoes) {
  Balancing all(Balance::hash, {2, 1, 1});
  const auto chosen = all.choices(4000);
  EXPECT_NEAR(chosen[0], 2000, 200);
  EXPECT_NEAR(chosen[1], 1000, 150);

  std::map<std::uint64_t, std::size_t> before;
  for (std::uint64_t key = 0; key < 1000; ++key) before[key] = all.choose(key);
  all.targets[1]->set_healthy(false, now);
  for (const auto& [key, target] : before) {
    EXPECT_EQ(target == 1 || all.choose(key) == target, true) << key;
  }
}

TEST(Hash, PassesOnWhatIsOverTheBound) {
  Balancing balancing(Balance::hash, {1, 1, 1, 1});
  const std::size_t home = balancing.choose(42);
  std::size_t most = 0;
  for (std::size_t i = 0; i < 400; ++i) {  // one caller alone, and no request ends
    const std::size_t chosen = balancing.choose(42);
    ++balancing.in_flight[chosen];
    most = std::max<std::size_t>(most, balancing.in_flight[home]);
  }
  EXPECT_EQ(std::accumulate(balancing.in_flight.begin(), balancing.in_flight.end(), 0U), 400U);
  EXPECT_EQ(most, 125U) << "a quarter of all, and a quarter of that";
}

TEST(Choose, PassesOverWhatIsDownTriedOrEjected) {
  for (const Balance balance : {Balance::round_robin, Balance::least_requests, Balance::hash}) {
    SCOPED_TRACE(static_cast<int>(balance));
    Balancing balancing(balance, {1, 1, 1});
    Balancer::Targets tried;
    tried.set(1);
    balancing.targets[0]->set_healthy(false, now);
    for (std::uint64_t key = 0; key < 20; ++key) EXPECT_EQ(balancing.balancer.choose(tried, spread(key), now), 2U);

    balancing.targets[2]->eject(now);
    EXPECT_EQ(balancing.balancer.choose(tried, 0, now), 2U) << "ejected, but there is no other";
    for (std::uint64_t key = 0; key < 20; ++key) EXPECT_EQ(balancing.choose(spread(key)), 1U);

    tried.set(2);
    EXPECT_EQ(balancing.balancer.choose(tried, 0, now), std::nullopt);
    for (const auto& target : balancing.targets) target->set_healthy(false, now);
    EXPECT_EQ(balancing.balancer.choose({}, 0, now), std::nullopt);
  }
}

TEST(Choose, ASingleTargetIsNeverPassedOverForPassiveMarks) {
  Balancing balancing(Balance::round_robin, {1});
  balancing.targets[0]->eject(now);
  EXPECT_EQ(balancing.choose(), 0U);
  balancing.targets[0]->set_healthy(false, now);
  EXPECT_EQ(balancing.balancer.choose({}, 0, now), std::nullopt);
}

TEST(Choose, GivesATargetThatComesBackLittleAtFirst) {
  Balancing balancing(Balance::round_robin, {1, 1});
  const SteadyTime back = now + balancing.targets[0]->eject(now);
  const auto share_at = [&](SteadyTime time) {
    int chosen = 0;
    for (int i = 0; i < 4000; ++i) chosen += balancing.balancer.choose({}, 0, time) == 0U ? 1 : 0;
    return chosen / 4000.0;
  };
  EXPECT_EQ(share_at(back - 1ms), 0);
  EXPECT_LT(share_at(back), 0.15);
  EXPECT_GT(share_at(back), 0.02);
  EXPECT_NEAR(share_at(back + Target::slow_return), 0.5, 0.01);
}

}  // namespace
}  // namespace bearward::upstream
