#include "upstream/target.h"

#include <gtest/gtest.h>

#include "upstream/group.h"
#include "upstream/retry_budget.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;

const SteadyTime start = SteadyTime{} + 1000h;

bool fail(Target& target, unsigned times, SteadyTime now) {
  bool enough = false;
  for (unsigned i = 0; i < times; ++i) enough = target.note_failure(now);
  return enough;
}

TEST(Target, IsEjectedAfterFailuresInARowOnly) {
  Target target({"10.0.0.1", 80, {}});
  EXPECT_FALSE(fail(target, Target::most_failures - 1, start));
  target.note_success();
  EXPECT_FALSE(fail(target, Target::most_failures - 1, start));
  EXPECT_TRUE(fail(target, 1, start));
}

TEST(Target, ComesBackByItselfLaterEachTimeAndOnProbation) {
  Target target({"10.0.0.1", 80, {}});
  SteadyTime now = start;
  for (const auto expected : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    EXPECT_TRUE(fail(target, expected == 5s ? Target::most_failures : 1, now)) << "one failure is enough on probation";
    EXPECT_EQ(target.eject(now), expected);
    EXPECT_TRUE(target.ejected(now));
    EXPECT_EQ(target.share(now + expected - 1ms), 0);
    EXPECT_FALSE(fail(target, 10, now)) << "requests that were under way when it was ejected";
    now += expected;
    EXPECT_FALSE(target.ejected(now));
    EXPECT_NEAR(target.share(now), 0.1, 0.001);
    EXPECT_NEAR(target.share(now + Target::slow_return / 2), 0.55, 0.001);
    EXPECT_EQ(target.share(now + Target::slow_return), 1);
  }
  now += Target::slow_return;
  EXPECT_FALSE(fail(target, 1, now)) << "it has proved itself";
  now += Target::longest_ejection;
  EXPECT_EQ(target.eject(now), 5s) << "long ago is forgotten";
}

TEST(Target, ReturnsSlowlyFromBeingDownToo) {
  Target target({"10.0.0.1", 80, {}});
  EXPECT_EQ(target.share(start), 1);
  EXPECT_TRUE(target.set_healthy(false, start));
  EXPECT_FALSE(target.set_healthy(false, start));
  EXPECT_TRUE(target.set_healthy(true, start));
  EXPECT_LT(target.share(start), 1);
}

TEST(Target, TellsAddressesFromNames) {
  EXPECT_EQ(Target({"::1", 80, {}}).url(), "http://[::1]:80");
  EXPECT_TRUE(Target({"::1", 80, {}}).is_address());
  Target name({"service.test", 8080, {}});
  EXPECT_FALSE(name.is_address());
  EXPECT_EQ(name.endpoints(), nullptr);
  name.set_addresses({boost::asio::ip::make_address("10.0.0.9")});
  ASSERT_NE(name.endpoints(), nullptr);
  EXPECT_EQ(name.endpoints()->front().port(), 8080);
  const unsigned version = name.endpoints_version();
  name.set_addresses({});
  EXPECT_EQ(name.endpoints()->size(), 1U) << "the last answer holds";
  name.set_addresses({boost::asio::ip::make_address("10.0.0.9")});
  EXPECT_EQ(name.endpoints_version(), version);
}

TEST(Target, FillsNoLog) {
  Target target({"10.0.0.1", 80, {}});
  EXPECT_TRUE(target.may_log(start));
  EXPECT_FALSE(target.may_log(start + 999ms));
  EXPECT_TRUE(target.may_log(start + 1s));
}

TEST(Group, KeepsWhatIsKnownOfTargetsThatAReloadLeaves) {
  const auto make = [](std::initializer_list<const char*> hosts) {
    config::Upstream settings;
    settings.name = "legacy";
    for (const char* host : hosts) settings.targets.push_back({host, 80, {}});
    return std::make_shared<const Group>(settings);
  };
  const Groups running{make({"10.0.0.1", "10.0.0.2"})};
  running[0]->targets()[1]->set_healthy(false, start);
  const Groups next = adopt({make({"10.0.0.2", "10.0.0.3"})}, running);
  EXPECT_EQ(next[0]->targets()[0], running[0]->targets()[1]);
  EXPECT_FALSE(next[0]->targets()[0]->healthy());
  EXPECT_EQ(next[0]->healthy(), 1U);
}

TEST(Group, ATargetWhoseTlsSettingsChangeIsAnotherOne) {
  const auto make = [](const char* fingerprint) {
    config::Upstream settings;
    settings.name = "legacy";
    settings.targets = {{"10.0.0.1", 443, {}, 1, true}};
    settings.max_requests = 5;
    return std::make_shared<const Group>(settings, std::make_shared<ClientTls>(nullptr, "", fingerprint));
  };
  const Groups running{make("one")};
  EXPECT_EQ(running[0]->targets()[0]->url(), "https://10.0.0.1:443");
  EXPECT_EQ(running[0]->default_host(), "10.0.0.1");
  EXPECT_EQ(adopt({make("one")}, running)[0]->targets()[0], running[0]->targets()[0]);
  EXPECT_NE(adopt({make("two")}, running)[0]->targets()[0], running[0]->targets()[0]);
  EXPECT_EQ(adopt({make("two")}, running)[0]->cap(), running[0]->cap()) << "what is in flight stays counted";
}

TEST(RetryBudget, IsAFifthOfTheRequestsAndALittleMore) {
  RetryBudget budget;
  SteadyTime now = start;
  EXPECT_TRUE(budget.take(now));
  while (budget.take(now)) continue;
  for (int i = 0; i < 6; ++i) budget.note_request();
  EXPECT_TRUE(budget.take(now));
  EXPECT_FALSE(budget.take(now));
  now += 1s;
  EXPECT_TRUE(budget.take(now));
  EXPECT_TRUE(budget.take(now));
  EXPECT_FALSE(budget.take(now));
  now += 24h;
  int saved = 0;
  while (budget.take(now)) ++saved;
  EXPECT_EQ(saved, 10) << "a quiet night saves up no storm";
}

}  // namespace
}  // namespace bearward::upstream
