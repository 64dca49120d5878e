#include "config/quote.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

TEST(InQuotes, ShowsNoPasswordControlCharacterOrEndlessText) {
  EXPECT_EQ(in_quotes("plain"), "\"plain\"");
  EXPECT_EQ(in_quotes("a\nb\x1b[31m"), "\"a?b?[31m\"");
  EXPECT_EQ(in_quotes("gr\xc3\xbc\xc3\x9f\xff"), "\"gr\xc3\xbc\xc3\x9f?\"");
  EXPECT_EQ(in_quotes("postgresql://user:hunter2@host/d"), "\"postgresql://***@host/d\"");
  EXPECT_EQ(in_quotes("a://u:p@ss@h"), "\"a://***@h\"");
  const std::string shown = in_quotes(std::string(1'000, 'x'));
  EXPECT_LT(shown.size(), 70U);
  EXPECT_TRUE(shown.ends_with("...\""));
}

}  // namespace
}  // namespace bearward::config
