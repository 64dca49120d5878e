#include "config/quantity.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, TakesANumberAndAUnit) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("15m"), 15min);
  EXPECT_EQ(parse_duration("12h"), 12h);
  EXPECT_EQ(parse_duration("14d"), 14 * 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(ParseDuration, RefusesAllElse) {
  for (const char* text : {"", "30", "s", "-1s", "+1s", "1.5s", "1 s", " 1s", "1s ", "1S", "1sec", "1h30m", "1w",
                           "99999999999999999999s", "9223372036854775807d"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(ParseSize, TakesBytesAndBinaryUnits) {
  EXPECT_EQ(parse_size("512"), 512U);
  EXPECT_EQ(parse_size("64KiB"), 65'536U);
  EXPECT_EQ(parse_size("10MiB"), 10'485'760U);
  EXPECT_EQ(parse_size("2GiB"), 2'147'483'648U);
}

TEST(ParseSize, RefusesAllElse) {
  for (const char* text : {"", "KiB", "1KB", "1kib", "1 KiB", "-1", "1.5MiB", "18446744073709551615GiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(ParseNumber, TakesDigitsOnly) {
  EXPECT_EQ(parse_number("0"), 0U);
  EXPECT_EQ(parse_number("20000"), 20'000U);
  for (const char* text : {"", "-1", "+1", "1e3", "0x10", "1.0", " 1", "18446744073709551616"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(FormatQuantity, UsesTheLargestUnitThatDivides) {
  EXPECT_EQ(format_size(65'536), "64KiB");
  EXPECT_EQ(format_size(1'000), "1000");
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(48h), "2d");
  EXPECT_EQ(format_duration(1'500ms), "1500ms");
  EXPECT_EQ(format_duration(0s), "0s");
}

}  // namespace
}  // namespace bearward::config
