#include "config/limits.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;
using test::load_snippet;

TEST(ReadLimits, ReadsThem) {
  const auto loaded = load_snippet(
      "limits: {request_header: 64KiB, request_body: 1GiB, header_timeout: 1s, idle_timeout: 2m, min_data_rate: 1KiB, "
      "data_rate_grace: 3s, drain_delay: 5s, drain_timeout: 0s, connections: 5, connections_per_address: 3, "
      "overload_lag: 2s, "
      "handshake_timeout: 3s, handshakes: 7, tunnel_timeout: 8h}");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const Limits& limits = loaded.config.limits;
  EXPECT_EQ(limits.request_header_bytes, 65'536U);
  EXPECT_EQ(limits.request_body_bytes, 1ULL << 30);
  EXPECT_EQ(limits.header_timeout, 1s);
  EXPECT_EQ(limits.idle_timeout, 2min);
  EXPECT_EQ(limits.tunnel_timeout, 8h);
  EXPECT_EQ(limits.min_data_rate, 1'024U);
  EXPECT_EQ(limits.data_rate_grace, 3s);
  EXPECT_EQ(limits.drain_delay, 5s);
  EXPECT_EQ(limits.drain_timeout, 0s);
  EXPECT_EQ(limits.connections, 5U);
  EXPECT_EQ(limits.connections_per_address, 3U);
  EXPECT_EQ(limits.overload_lag, 2s);
  EXPECT_EQ(limits.handshake_timeout, 3s);
  EXPECT_EQ(limits.handshakes, 7U);
}

TEST(ReadLimits, SaysWhatIsWrongAndKeepsTheDefault) {
  const std::string size = ", such as 512, 16KiB or 10MiB";
  const test::Mistake mistakes[] = {
      {"too small",
       "limits: {request_header: 1023}\n",
       {"1:26: error: found \"1023\" for request_header, expected a size from 1KiB to 64KiB" + size}},
      {"too large",
       "limits: {request_header: 65KiB}\n",
       {"1:26: error: found \"65KiB\" for request_header, expected a size from 1KiB to 64KiB" + size}},
      {"another unit",
       "limits: {request_body: 10MB}\n",
       {"1:24: error: found \"10MB\" for request_body, expected a size from 0 to 1024GiB" + size}},
      {"no timeout at all",
       "limits: {header_timeout: 0s}\n",
       {"1:26: error: found \"0s\" for header_timeout, expected a duration from 100ms to 1h, such as 250ms, 30s, 15m, "
        "12h or "
        "14d"}},
      {"a fraction",
       "limits: {connections: 1.5}\n",
       {"1:23: error: found \"1.5\" for connections, expected a number from 1 to 10000000"}},
      {"a list",
       "limits: {connections: [1]}\n",
       {"1:23: error: found a list for connections, expected a number from 1 to 10000000"}},
      {"nothing",
       "limits: {connections: }\n",
       {"1:10: error: found nothing for connections, expected a number from 1 to 10000000"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    const auto loaded = load_snippet(mistake.yaml);
    EXPECT_EQ(loaded.findings, mistake.findings);
    EXPECT_EQ(loaded.config.limits.request_header_bytes, 16U * 1024);
    EXPECT_EQ(loaded.config.limits.connections, 20'000U);
  }
}

}  // namespace
}  // namespace bearward::config
