#include "transport/data_rate.h"

#include <gtest/gtest.h>

namespace bearward::transport {
namespace {

using namespace std::chrono_literals;

TEST(DataRate, GivesGraceAndThenWhatWasEarned) {
  DataRate rate({.bytes_per_second = 100, .grace = 10s});
  EXPECT_EQ(rate.patience(60s), 10s);
  rate.note(4s, 0);
  EXPECT_EQ(rate.patience(60s), 6s);
  rate.note(0s, 1'000);
  EXPECT_EQ(rate.patience(60s), 16s) << "a second for a hundred bytes";
  EXPECT_EQ(rate.patience(5s), 5s) << "idle_timeout holds besides";
  rate.note(16s, 0);
  EXPECT_EQ(rate.patience(60s), 0s);
  rate.note(1s, 0);
  EXPECT_EQ(rate.patience(60s), 0s);
}

TEST(DataRate, LeavesAByteNowAndThenNoWayOut) {
  DataRate rate({.bytes_per_second = 100, .grace = 10s});
  int seconds = 0;
  while (rate.patience(60s) > 0s && seconds < 100) {
    rate.note(1s, 1);
    ++seconds;
  }
  EXPECT_EQ(seconds, 11);
}

TEST(DataRate, TakesAnyRateWhereNoneIsSet) {
  DataRate rate({.bytes_per_second = 0, .grace = 0s});
  rate.note(1'000h, 0);
  EXPECT_EQ(rate.patience(60s), 60s);
}

TEST(DataRate, DoesNotOverflowWithTerabytes) {
  DataRate rate({.bytes_per_second = 1, .grace = 0s});
  rate.note(1s, 1ULL << 50);
  EXPECT_EQ(rate.patience(24h), 24h);
}

}  // namespace
}  // namespace bearward::transport
