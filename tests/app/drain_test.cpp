#include "app/drain.h"

#include <gtest/gtest.h>

namespace bearward::app {
namespace {

using namespace std::chrono_literals;
using Step = Drain::Step;

constexpr SteadyTime start{};

TEST(Drain, DoesNothingBeforeItBegins) {
  Drain drain;
  EXPECT_FALSE(drain.begun());
  EXPECT_EQ(drain.next_step(start + 24h), Step::none);
}

TEST(Drain, TakesItsStepsOnceEachInOrderWhenTheyAreDue) {
  Drain drain;
  drain.begin(start, 2s, 10s);
  EXPECT_TRUE(drain.begun());
  EXPECT_EQ(drain.next_step(start + 1'999ms), Step::none);
  EXPECT_EQ(drain.next_step(start + 2s), Step::stop_accepting);
  EXPECT_EQ(drain.next_step(start + 11'999ms), Step::none);
  EXPECT_EQ(drain.next_step(start + 12s), Step::cut) << "drain_timeout counts from when nothing is accepted any more";
  EXPECT_EQ(drain.next_step(start + 12'999ms), Step::none);
  EXPECT_EQ(drain.next_step(start + 13s), Step::leave);
  EXPECT_EQ(drain.next_step(start + 14s), Step::none);
}

TEST(Drain, WithoutDelayAndTimeCutsAtOnce) {
  Drain drain;
  drain.begin(start, 0s, 0s);
  EXPECT_EQ(drain.next_step(start), Step::stop_accepting);
  EXPECT_EQ(drain.next_step(start), Step::cut);
  EXPECT_EQ(drain.next_step(start), Step::none) << "the workers get their moment to end";
}

TEST(Drain, IsNotPutOffByASecondBeginning) {
  Drain drain;
  drain.begin(start, 0s, 1s);
  EXPECT_EQ(drain.next_step(start), Step::stop_accepting);
  drain.begin(start + 900ms, 5s, 5s);
  EXPECT_EQ(drain.next_step(start + 1s), Step::cut);
}

TEST(Drain, HurriedCutsAtOnce) {
  Drain drain;
  drain.begin(start, 10s, 60s);
  drain.hurry();
  EXPECT_EQ(drain.next_step(start + 1s), Step::stop_accepting);
  EXPECT_EQ(drain.next_step(start + 1s), Step::cut);
  EXPECT_EQ(drain.next_step(start + 1s), Step::none);
  EXPECT_EQ(drain.next_step(start + 2s), Step::leave);
}

}  // namespace
}  // namespace bearward::app
