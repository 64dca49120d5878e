#include "policy/percent_encoding.h"

#include <gtest/gtest.h>

namespace bearward::policy {
namespace {

TEST(PercentEncoding, DecodesOnceAndLeavesTheRest) {
  struct Case {
    const char* name;
    const char* encoded;
    const char* decoded;
  };
  const Case cases[] = {
      {"nothing to decode", "abc", "abc"},    {"capitals", "a%3Ab", "a:b"},
      {"lower case", "a%3ab", "a:b"},         {"once only", "%2541", "%41"},
      {"half an escape stays", "a%4", "a%4"}, {"a percent at the end stays", "a%", "a%"},
      {"no hex digits stay", "%zz", "%zz"},   {"UTF-8", "%C3%A9", "\xc3\xa9"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(percent_decoded(c.encoded), c.decoded);
    EXPECT_TRUE(decoded_equal(c.encoded, c.decoded));
    EXPECT_FALSE(decoded_equal(c.encoded, std::string{c.decoded} + "x"));
    EXPECT_FALSE(decoded_equal(c.encoded, std::string_view{c.decoded}.substr(1)));
  }
}

}  // namespace
}  // namespace bearward::policy
