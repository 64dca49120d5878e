#include "token/described_user.h"

#include <gtest/gtest.h>

#include "identity/user.h"
#include "token/claims.h"

namespace bearward::token {
namespace {

Result<identity::TokenClaims, TokenError> described(const std::string& further, const UserMapping& mapping,
                                                    std::string_view username_claim = "sub") {
  auto claims =
      parse_claims(R"({"iss":"https://idp.test","sub":"alice","exp":1800001800)" + further + "}", username_claim);
  if (!claims) return claims;
  if (const auto named = describe_user(*claims, mapping); !named) return std::unexpected(named.error());
  return claims;
}

TEST(DescribeUser, TakesRolesFromTheRolesClaimAlone) {
  using Roles = std::vector<std::string>;
  struct Case {
    const char* name;
    std::string claims;
    const char* roles_claim;
    std::optional<Roles> roles;  // nullopt: the token is refused
  };
  const Case cases[] = {
      {"no roles claim is named", R"(,"roles":["admin"])", "", Roles{}},
      {"the claim is absent", "", "roles", Roles{}},
      {"null", R"(,"roles":null)", "roles", Roles{}},
      {"a list", R"(,"roles":["admin","staff"])", "roles", Roles{"admin", "staff"}},
      {"an empty list", R"(,"roles":[])", "roles", Roles{}},
      {"a text is one role", R"(,"roles":"not admin")", "roles", Roles{"not admin"}},
      {"a nested list", R"(,"realm_access":{"roles":["a"]})", "realm_access.roles", Roles{"a"}},
      {"a name with dots and slashes", R"(,"https://example.org/roles":["a"])", "https://example.org/roles",
       Roles{"a"}},
      {"a number", R"(,"roles":7)", "roles", std::nullopt},
      {"an object", R"(,"roles":{"admin":true})", "roles", std::nullopt},
      {"a list with a number", R"(,"roles":["a",7])", "roles", std::nullopt},
      {"a list of lists", R"(,"roles":[["a"]])", "roles", std::nullopt},
      {"an empty role", R"(,"roles":["a",""])", "roles", std::nullopt},
      {"an empty text", R"(,"roles":"")", "roles", std::nullopt},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto claims = described(c.claims, {.username_prefix = {}, .roles_claim = c.roles_claim});
    ASSERT_EQ(claims.has_value(), c.roles.has_value());
    if (!claims) {
      EXPECT_EQ(claims.error(), TokenError::malformed);
      continue;
    }
    EXPECT_EQ(claims->described_user->roles, *c.roles);
  }
}

TEST(DescribeUser, NamesWithThePrefixAndTellsWhatIsSafeToTell) {
  struct Case {
    const char* name;
    std::string claims;
    const char* email;
    const char* full_name;
  };
  const Case cases[] = {
      {"neither", "", "", ""},
      {"both", R"(,"email":"a@idp.test","name":"Alice A.")", "a@idp.test", "Alice A."},
      {"verified", R"(,"email":"a@idp.test","email_verified":true)", "a@idp.test", ""},
      {"not verified", R"(,"email":"a@idp.test","email_verified":false)", "", ""},
      {"not verified, as a text", R"(,"email":"a@idp.test","email_verified":"false")", "", ""},
      {"of other types", R"(,"email":["a@idp.test"],"name":7)", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto claims = described(c.claims, {.username_prefix = "idp:", .roles_claim = {}});
    ASSERT_TRUE(claims.has_value());
    EXPECT_EQ(claims->username, "idp:alice");
    const identity::User& user = *claims->described_user;
    EXPECT_EQ(user.username, "idp:alice");
    EXPECT_EQ(user.email, c.email);
    EXPECT_EQ(user.full_name, c.full_name);
    EXPECT_FALSE(user.disabled);
  }
}

TEST(DescribeUser, LeavesALocalUserToTheStore) {
  const UserMapping mapping{.username_prefix = "x-", .roles_claim = "roles", .require_user = true};
  const auto claims = described(R"(,"roles":["admin"],"name":"A")", mapping);
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->username, "x-alice");
  EXPECT_EQ(claims->described_user, nullptr);
  EXPECT_TRUE(described(R"(,"roles":7)", mapping).has_value()) << "nobody reads them";

  // What the store keeps of the client "reporting" is no user.
  const auto client = described(R"(,"name_of_user":"client:reporting")",
                                {.username_prefix = {}, .roles_claim = {}, .require_user = true}, "name_of_user");
  ASSERT_FALSE(client.has_value());
  EXPECT_EQ(client.error(), TokenError::no_local_name);
}

TEST(DescribeUser, TakesTheNameFromTheClaimThatIsAskedFor) {
  const UserMapping mapping{.username_prefix = "idp:", .roles_claim = {}};
  EXPECT_EQ(described(R"(,"oid":"7f")", mapping, "oid")->username, "idp:7f");
  EXPECT_EQ(described(R"(,"user":{"name":"n"})", mapping, "user.name")->username, "idp:n");
  for (const char* claims :
       {"", R"(,"oid":null)", R"(,"oid":"")", R"(,"oid":7)", R"(,"oid":["a"])", R"(,"oid":"a\nb")"}) {
    const auto refused = described(claims, mapping, "oid");
    ASSERT_FALSE(refused.has_value()) << claims;
    EXPECT_EQ(refused.error(), TokenError::malformed);
  }
}

}  // namespace
}  // namespace bearward::token
