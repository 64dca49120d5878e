#include "http/percent_decoding.h"

#include <gtest/gtest.h>

namespace bearward::http {
namespace {

using Decoded = std::optional<std::string>;

TEST(PercentDecode, IsStrict) {
  struct Case {
    const char* name;
    const char* encoded;
    Decoded decoded;
  };
  const Case cases[] = {{"nothing", "", ""},
                        {"plain text", "alice", "alice"},
                        {"hexadecimal digits of either case", "%c3%BC", "\xC3\xBC"},
                        {"a plus is a plus", "a+b", "a+b"},
                        {"decoded once only", "%2541", "%41"},
                        {"octets as they are", "\xC3\xBC", "\xC3\xBC"},
                        {"a lone percent sign", "100%", std::nullopt},
                        {"one digit", "%4", std::nullopt},
                        {"no digits", "%zz", std::nullopt},
                        {"a digit that is none", "%4g", std::nullopt},
                        {"an overlong slash", "%C0%AF", std::nullopt},
                        {"Latin-1", "%FC", std::nullopt}};
  for (const Case& c : cases) EXPECT_EQ(percent_decode(c.encoded), c.decoded) << c.name;
}

TEST(PercentDecode, KeepsNul) { EXPECT_EQ(percent_decode("a%00b"), std::string("a\0b", 3)); }

TEST(FormDecode, ReadsAPlusAsASpace) {
  EXPECT_EQ(form_decode("a+b%2Bc"), "a b+c");
  EXPECT_EQ(form_decode("%"), std::nullopt);
}

}  // namespace
}  // namespace bearward::http
