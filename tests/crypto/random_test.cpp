#include "crypto/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace bearward::crypto {
namespace {

TEST(RandomHex, HasTwoLowerCaseDigitsAByte) {
  for (const std::size_t bytes : {0u, 1u, 2u, 16u, 33u}) {
    const std::string text = random_hex(bytes);
    EXPECT_EQ(text.size(), 2 * bytes);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), text.npos);
  }
}

TEST(RandomHex, NeverGivesTheSameTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_hex(16)).second);
}

TEST(RandomHex, UsesEveryDigitAtEveryPlace) {
  std::array<std::set<char>, 8> digits;
  for (int i = 0; i < 2000; ++i) {
    const std::string text = random_hex(4);
    for (std::size_t place = 0; place < text.size(); ++place) digits[place].insert(text[place]);
  }
  for (const auto& seen : digits) EXPECT_EQ(seen.size(), 16u);  // one in 10^54 misses any
}

TEST(RandomBytes, FillsAllOfTheSpan) {
  std::array<unsigned char, 64> last{};
  std::array<bool, 64> changed{};
  for (int i = 0; i < 20; ++i) {
    random_bytes(last);
    for (std::size_t at = 0; at < last.size(); ++at) changed[at] = changed[at] || last[at] != 0;
  }
  for (const bool each : changed) EXPECT_TRUE(each);
}

}  // namespace
}  // namespace bearward::crypto
