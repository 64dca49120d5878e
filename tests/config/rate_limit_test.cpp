#include "config/rate_limit.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;

test::Loaded load(const std::string& limit) {
  return test::load_policy("routes:\n  - {name: a, match: {path: /a}, upstream: legacy, rate_limit: " + limit + "}\n");
}

TEST(ReadRateLimit, ReadsIt) {
  const auto loaded = load("{requests: 100, per: 1m, by: client_ip}");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const RateLimit limit = loaded.config.routes.at(0).rate_limit.value();
  EXPECT_EQ(limit.requests, 100U);
  EXPECT_EQ(limit.per, 1min);
  EXPECT_EQ(limit.by, RateLimit::By::client_ip);
  EXPECT_EQ(load("{requests: 1, per: 1s}").config.routes.at(0).rate_limit->by, RateLimit::By::user);
}

TEST(ReadRateLimit, SaysWhatIsWrong) {
  struct Case {
    const char* sentence;
    const char* limit;
    const char* finding;
  };
  const Case cases[] = {
      {"none may come", "{requests: 0, per: 1m}", "found \"0\" for requests, expected a number from 1"},
      {"no period", "{requests: 5}", "per"},
      {"no number", "{per: 5s}", "requests"},
      {"too short a period", "{requests: 5, per: 10ms}", "expected a duration from 1s to 1d"},
      {"another caller", "{requests: 5, per: 1m, by: moon}",
       "found \"moon\" for by, expected user, client, client_ip or route"},
      {"a number alone", "5", "rate_limit"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto loaded = load(c.limit);
    ASSERT_EQ(loaded.findings.size(), 1U);
    EXPECT_NE(loaded.findings[0].find(c.finding), std::string::npos) << loaded.findings[0];
  }
}

}  // namespace
}  // namespace bearward::config
