#include "token/token_id.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>

namespace bearward::token {
namespace {

using namespace std::chrono_literals;

TEST(TokenId, IsAUuidOfVersion7ThatTellsItsTime) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> made;
  for (const std::int64_t milliseconds : {0LL, 1LL, 1'800'000'000'291LL, (1LL << 48) - 1}) {
    const UnixMilliseconds now{std::chrono::milliseconds{milliseconds}};
    for (int i = 0; i < 20; ++i) {
      const std::string id = make_token_id(now);
      EXPECT_TRUE(std::regex_match(id, form)) << id;
      EXPECT_EQ(time_of_token_id(id), now) << id;
      EXPECT_TRUE(made.insert(id).second) << id;
    }
  }
}

TEST(TokenId, OfAnyOtherFormTellsNoTime) {
  // RFC 9562, appendix A.6.
  const std::string example = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f";
  EXPECT_EQ(time_of_token_id(example), UnixMilliseconds{1'645'557'742'000ms});
  for (const char* other : {"", "t1", "017f22e279b07cc398c4dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
                            "017f22e2-79b0-4cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-c8c4-dc0c0c07398f",
                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2x79b0-7cc3-98c4-dc0c0c07398f",
                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "g17f22e2-79b0-7cc3-98c4-dc0c0c07398f"})
    EXPECT_EQ(time_of_token_id(other), std::nullopt) << other;
}

}  // namespace
}  // namespace bearward::token
