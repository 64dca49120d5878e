#include "crypto/constant_time.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::crypto {
namespace {

TEST(EqualInConstantTime, IsTrueForTheSameBytesAlone) {
  const std::string text = "a secret of some length";
  EXPECT_TRUE(equal_in_constant_time(text, std::string{text}));
  EXPECT_TRUE(equal_in_constant_time("", ""));
  EXPECT_FALSE(equal_in_constant_time(text, text + "x"));
  EXPECT_FALSE(equal_in_constant_time(text, text.substr(1)));
  EXPECT_FALSE(equal_in_constant_time(text, ""));
  for (std::size_t at = 0; at < text.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ 1 << bit);
      EXPECT_FALSE(equal_in_constant_time(text, other));
    }
}

}  // namespace
}  // namespace bearward::crypto
