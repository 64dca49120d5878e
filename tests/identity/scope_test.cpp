#include "identity/scope.h"

#include <gtest/gtest.h>

namespace bearward::identity {
namespace {

TEST(IsScopeToken, TakesVisibleAsciiWithoutQuotesAndBackslashes) {
  for (const char* good : {"a", "reports:read", "https://api.test/read", "!#[]~", "a,b"})
    EXPECT_TRUE(is_scope_token(good));
  for (const char* bad : {"", "a b", "a\tb", "a\"b", "a\\b", "\x7f", "caf\xc3\xa9"}) EXPECT_FALSE(is_scope_token(bad));
  EXPECT_FALSE(is_scope_token(std::string_view("a\0b", 3)));
}

TEST(Joined, PutsSpacesBetween) {
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"a", "b:c"}), "a b:c");
}

}  // namespace
}  // namespace bearward::identity
