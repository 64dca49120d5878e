#include "issuer/refresh_interval.h"

#include <gtest/gtest.h>

namespace bearward::issuer {
namespace {

using namespace std::chrono_literals;

TEST(RefreshInterval, FollowsMaxAgeWithinItsBounds) {
  struct Case {
    const char* cache_control;
    std::chrono::seconds interval;
  };
  const Case cases[] = {
      {"", 10min},
      {"public", 10min},
      {"max-age=900", 15min},
      {"public, Max-Age=900, must-revalidate", 15min},
      {"max-age=\"900\"", 15min},
      {"\tmax-age=900 ", 15min},
      {"s-maxage=900", 10min},
      {"max-age=0", 5min},
      {"max-age=1", 5min},
      {"max-age=86400", 1h},
      {"max-age=99999999999999999999999", 1h},
      {"max-age=-1", 10min},
      {"max-age=", 10min},
      {"max-age=soon", 10min},
      {"max-age=900s", 10min},
      {",,,", 10min},
  };
  for (const Case& c : cases) EXPECT_EQ(refresh_interval(c.cache_control), c.interval) << c.cache_control;
}

}  // namespace
}  // namespace bearward::issuer
