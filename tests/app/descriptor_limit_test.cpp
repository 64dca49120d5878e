#include "app/descriptor_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace bearward::app {
namespace {

TEST(DescriptorLimit, IsAllThatTheSystemGrants) {
  const std::uint64_t limit = descriptor_limit();
  rlimit now{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(limit, now.rlim_cur);
  EXPECT_EQ(now.rlim_cur, now.rlim_max);
}

TEST(ConnectionsThatFit, LeavesTwoDescriptorsForEachAndSomeForTheRest) {
  EXPECT_EQ(connections_that_fit(20'000, 1'048'576), 20'000U);
  EXPECT_EQ(connections_that_fit(20'000, 40'256), 20'000U);
  EXPECT_EQ(connections_that_fit(20'000, 40'254), 19'999U);
  EXPECT_EQ(connections_that_fit(20'000, 1'024), 384U);
  EXPECT_EQ(connections_that_fit(100, 1'024), 100U);
  EXPECT_EQ(connections_that_fit(20'000, 100), 1U) << "it serves, if little";
  EXPECT_EQ(connections_that_fit(1, 0), 1U);
}

}  // namespace
}  // namespace bearward::app
