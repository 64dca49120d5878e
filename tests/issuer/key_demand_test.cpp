#include "issuer/key_demand.h"

#include <gtest/gtest.h>

namespace bearward::issuer {
namespace {

using namespace std::chrono_literals;
using Answer = KeyDemand::Answer;

TEST(KeyDemand, GrantsOneFetchAMinuteHoweverManyAsk) {
  KeyDemand demand;
  const SteadyTime start = steady_now();
  EXPECT_EQ(demand.ask(start), Answer::granted);
  EXPECT_EQ(demand.ask(start), Answer::under_way);
  demand.fetch_began();
  EXPECT_EQ(demand.ask(start + 1s), Answer::under_way);
  demand.fetch_ended();
  EXPECT_EQ(demand.ask(start + 2s), Answer::refused);
  EXPECT_EQ(demand.ask(start + 59s), Answer::refused);
  EXPECT_EQ(demand.ask(start + 60s), Answer::granted);
}

TEST(KeyDemand, LetsTheFetchThatRunsAnyhowCountForNothing) {
  KeyDemand demand;
  const SteadyTime start = steady_now();
  demand.fetch_began();
  EXPECT_EQ(demand.ask(start), Answer::under_way);
  demand.fetch_ended();
  EXPECT_EQ(demand.ask(start), Answer::granted);
}

}  // namespace
}  // namespace bearward::issuer
