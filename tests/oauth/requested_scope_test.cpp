#include "oauth/requested_scope.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

using config::Compatibility;

TEST(ParseRequestedScope, SplitsAtSpaces) {
  EXPECT_EQ(parse_requested_scope("").value(), Scopes{});
  EXPECT_EQ(parse_requested_scope("  ").value(), Scopes{});
  EXPECT_EQ(parse_requested_scope("a").value(), (Scopes{"a"}));
  EXPECT_EQ(parse_requested_scope(" a  b:c ").value(), (Scopes{"a", "b:c"}));
}

TEST(ParseRequestedScope, RefusesCharactersThatNoScopeHas) {
  for (const char* text : {"a\"b", "a\\b", "a\tb", "a\nb", "\x7f", "\xC3\xBC"}) {
    const auto scopes = parse_requested_scope(text);
    ASSERT_FALSE(scopes.has_value()) << text;
    EXPECT_EQ(scopes.error().code, TokenErrorCode::invalid_scope);
  }
}

TEST(GrantScope, GrantsNone) {
  const auto nothing_asked = grant_scope({}, Compatibility::rfc6749);
  ASSERT_TRUE(nothing_asked.has_value());
  EXPECT_FALSE(nothing_asked->differs);

  const auto refused = grant_scope({"a"}, Compatibility::rfc6749);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, TokenErrorCode::invalid_scope);
  EXPECT_EQ(refused.error().status, 400);

  const auto lenient = grant_scope({"a"}, Compatibility::fastapi);
  ASSERT_TRUE(lenient.has_value());
  EXPECT_EQ(lenient->scopes, Scopes{});
  EXPECT_TRUE(lenient->differs);
}

}  // namespace
}  // namespace bearward::oauth
