#include "oauth/requested_scope.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

using config::Compatibility;

/// The scopes with `|` between, or the error's code.
std::string shown(const Result<Scopes, TokenError>& scopes) {
  if (!scopes) return std::string(to_string(scopes.error().code));
  std::string text;
  for (const std::string& scope : *scopes) text += (text.empty() ? "" : "|") + scope;
  return text;
}

TEST(ParseRequestedScope, SplitsAtSpaces) {
  struct Case {
    const char* name;
    const char* text;
    const char* scopes;
  };
  const Case cases[] = {{"none", "", ""},
                        {"one", "orders:read", "orders:read"},
                        {"two", "a b", "a|b"},
                        {"spaces around and between", " a  b ", "a|b"},
                        {"one again", "a b a", "a|b"},
                        {"a quote", "a\"b", "invalid_scope"},
                        {"a backslash", "a\\b", "invalid_scope"},
                        {"a tab", "a\tb", "invalid_scope"},
                        {"not ASCII", "caf\xc3\xa9", "invalid_scope"}};
  for (const Case& c : cases) EXPECT_EQ(shown(parse_requested_scope(c.text)), c.scopes) << c.name;
  std::string many;
  for (std::size_t i = 0; i <= max_requested_scopes; ++i) many += std::to_string(i) + " ";
  EXPECT_EQ(shown(parse_requested_scope(many)), "invalid_scope");
}

TEST(AllowedScope, IsWhatTheRolesGiveWithinTheClients) {
  const config::RoleScopes roles{{"staff", {"a", "b"}}, {"sales", {"b", "c"}}};
  config::RegisteredClient client;
  EXPECT_EQ(allowed_scope({}, roles, nullptr), Scopes{});
  EXPECT_EQ(allowed_scope({"staff", "sales", "other"}, roles, nullptr), (Scopes{"a", "b", "c"}));
  EXPECT_EQ(allowed_scope({"staff"}, roles, &client), (Scopes{"a", "b"})) << "a client without scopes limits nothing";
  client.scopes = {"c", "b", "d"};
  EXPECT_EQ(allowed_scope({"staff", "sales"}, roles, &client), (Scopes{"b", "c"}));
}

TEST(GrantScope, GrantsWhatIsAskedAndAllowed) {
  struct Case {
    const char* name;
    Scopes requested;
    const char* rfc6749;
    const char* fastapi;
  };
  const Case cases[] = {{"nothing", {}, "", ""},
                        {"all", {"b", "a"}, "b|a", "b|a"},
                        {"one", {"a"}, "a", "a"},
                        {"one more", {"a", "c"}, "invalid_scope", "a"},
                        {"another", {"c"}, "invalid_scope", ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(shown(grant_scope(c.requested, {"a", "b"}, Compatibility::rfc6749)), c.rfc6749);
    EXPECT_EQ(shown(grant_scope(c.requested, {"a", "b"}, Compatibility::fastapi)), c.fastapi);
  }
}

TEST(RenewScope, NeverWidens) {
  struct Case {
    const char* name;
    Scopes requested;
    Scopes allowed;
    const char* scopes;
  };
  const Case cases[] = {{"nothing asked", {}, {"a", "b", "c"}, "a|b"},
                        {"nothing asked, one not allowed any more", {}, {"b", "c"}, "b"},
                        {"nothing asked, nothing allowed any more", {}, {}, ""},
                        {"one of them", {"b"}, {"a", "b", "c"}, "b"},
                        {"allowed, not granted at the login", {"c"}, {"a", "b", "c"}, "invalid_scope"},
                        {"granted at the login, not allowed any more", {"a"}, {"b"}, "invalid_scope"}};
  for (const Case& c : cases)
    EXPECT_EQ(shown(renew_scope(c.requested, {"a", "b"}, c.allowed, Compatibility::rfc6749)), c.scopes) << c.name;
  EXPECT_EQ(shown(renew_scope({"a", "c"}, {"a", "b"}, {"a", "b", "c"}, Compatibility::fastapi)), "a");
}

}  // namespace
}  // namespace bearward::oauth
