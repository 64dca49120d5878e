#include "token/token_error.h"

#include <gtest/gtest.h>

#include <set>

namespace bearward::token {
namespace {

TEST(TokenErrorNames, AreDistinctWordsForLogs) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(TokenError::no_keys_yet); ++i) {
    const std::string_view name = to_string(static_cast<TokenError>(i));
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), name.npos) << name;
    EXPECT_TRUE(names.insert(name).second) << name << " stands for two errors";
  }
  EXPECT_EQ(to_string(TokenError::expired), "expired");
}

}  // namespace
}  // namespace bearward::token
