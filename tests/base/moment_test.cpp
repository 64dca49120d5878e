#include "base/moment.h"

#include <gtest/gtest.h>

namespace bearward {
namespace {

TEST(ParseMoment, ReadsRfc3339ToTheSecond) {
  const char* const same[] = {"2026-11-24T09:30:00Z", "2026-11-24T10:30:00+01:00", "2026-11-23T23:59:00-09:31"};
  for (const char* text : same) {
    const auto moment = parse_moment(text);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(to_text(*moment), "2026-11-24T09:30:00Z") << text;
  }
  EXPECT_EQ(parse_moment("1970-01-01T00:00:00Z"), UnixTime{});
  EXPECT_TRUE(parse_moment("2024-02-29T00:00:00Z"));
}

TEST(ParseMoment, TakesNothingElse) {
  const char* const wrong[] = {"",
                               "2026-11-24",
                               "2026-11-24T09:30:00",
                               "2026-11-24T09:30Z",
                               "2026-11-24 09:30:00Z",
                               "2026-13-24T09:30:00Z",
                               "2026-02-29T09:30:00Z",
                               "2026-11-24T24:00:00Z",
                               "2026-11-24T09:60:00Z",
                               "2026-11-24T09:30:60Z",
                               "2026-11-24T09:30:00.5Z",
                               "2026-11-24T09:30:00+1:00",
                               "2026-11-24T09:30:00+24:00",
                               "x026-11-24T09:30:00Z",
                               "2026-11-24T09:30:00Zulu"};
  for (const char* text : wrong) EXPECT_FALSE(parse_moment(text)) << text;
}

}  // namespace
}  // namespace bearward
