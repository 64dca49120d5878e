#include "config/value.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

TEST(Value, ReadsTheEnvironmentEverywhere) {
  const auto loaded =
      load_snippet("workers: ${WORKERS}\nlimits: {connections: \"${WORKERS}00\"}\nlog: {level: \"${LEVEL:-debug}\"}\n");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(loaded.config.workers, 3U);
  EXPECT_EQ(loaded.config.limits.connections, 300U);
  EXPECT_EQ(loaded.config.log.level, LogLevel::debug);
}

TEST(Value, NeverShowsWhatTheEnvironmentHolds) {
  const auto loaded =
      load_snippet("workers: \"${SECRET}\"\nlog: {level: \"${SECRET}\"}\ntrusted_proxies: [\"${SECRET}\"]\n");
  EXPECT_EQ(
      loaded.findings,
      (std::vector<std::string>{
          "1:10: error: found \"${SECRET}\" for workers, expected a number from 1 to 1024",
          "2:14: error: found \"${SECRET}\" for level, expected debug, info, warning or error",
          "3:19: error: found \"${SECRET}\" for trusted_proxies, expected an address, or a network whose host bits are "
          "zero, such as 10.0.0.0/8"}));
}

}  // namespace
}  // namespace bearward::config
