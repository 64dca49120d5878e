#include "oauth/grant_password.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

TokenRequest with_form(std::string_view content) { return {"password", Form::parse(content).value(), {}}; }

TEST(ReadPasswordGrant, TakesUserAndPassword) {
  const auto grant = read_password_grant(with_form("username=al+ice&password=p%26w+1&scope=a+b"));
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(grant->username, "al ice");
  EXPECT_EQ(grant->password.reveal(), "p&w 1");
  EXPECT_EQ(grant->requested, (Scopes{"a", "b"}));
}

TEST(ReadPasswordGrant, SaysWhatIsMissing) {
  using Names = std::vector<std::string_view>;
  struct Case {
    const char* name;
    const char* content;
    Names missing;
  };
  const Case cases[] = {{"both", "", {"username", "password"}},
                        {"the user name", "password=b", {"username"}},
                        {"the password", "username=a", {"password"}},
                        {"an empty password is none", "username=a&password=", {"password"}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto grant = read_password_grant(with_form(c.content));
    ASSERT_FALSE(grant.has_value());
    EXPECT_EQ(grant.error().code, TokenErrorCode::invalid_request);
    EXPECT_EQ(grant.error().missing, c.missing);
  }
}

TEST(ReadPasswordGrant, RefusesAMalformedScope) {
  const auto grant = read_password_grant(with_form("username=a&password=b&scope=%22"));
  ASSERT_FALSE(grant.has_value());
  EXPECT_EQ(grant.error().code, TokenErrorCode::invalid_scope);
}

}  // namespace
}  // namespace bearward::oauth
