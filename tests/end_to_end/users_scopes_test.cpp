#include <gtest/gtest.h>

#include <string>

#include "support/site.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

/// alice has the roles staff and sales.
class UsersScopes : public SharedSiteTest<UsersScopes> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("users",
               "{store: \"sqlite:users.db\", role_scopes: {staff: [\"reports:read\", orders], sales: orders}}");
    config.set("clients",
               "\n  registered:\n"
               "    - {id: console, secret: reporting-secret, grants: password, scopes: [\"reports:read\"]}\n"
               "    - {id: spa, public: true, grants: [password]}");
    config.routes(
        "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
        "  - {name: reports, match: {path: /reports/**}, access: {scopes: [\"reports:read\"]}, upstream: echo}\n");
  }

 protected:
  static Response ask(const std::string& form) { return send(request("POST", "/token", form_type, form)); }
  static Response get(const Response& tokens, const char* path) {
    return send(request("GET", path, bearer(text_in(tokens, "access_token"))));
  }
};

TEST_F(UsersScopes, AreThoseOfAllRolesWithinTheClients) {
  struct Case {
    const char* name;
    std::string form;
    const char* outcome;
    const char* scope;
  };
  const std::string as_console = "&client_id=console&client_secret=reporting-secret";
  const Case cases[] = {{"nothing asked", "", "", ""},
                        {"of the user's roles", "&scope=orders+reports:read", "", "orders reports:read"},
                        {"one twice", "&scope=orders+orders", "", "orders"},
                        {"of no role", "&scope=admin", "invalid_scope", ""},
                        {"one good, one not", "&scope=orders+admin", "invalid_scope", ""},
                        {"within the client's", "&scope=reports:read" + as_console, "", "reports:read"},
                        {"the user's, not the client's", "&scope=orders" + as_console, "invalid_scope", ""},
                        {"a client without scopes of its own", "&scope=orders&client_id=spa", "", "orders"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(std::string(alice_login) + c.form);
    EXPECT_EQ(text_in(response, "error"), c.outcome) << response.content;
    EXPECT_EQ(text_in(response, "scope"), c.scope);
    if (response.status != 200) continue;
    EXPECT_EQ(get(response, "/api/x").status, 200);
    EXPECT_EQ(upstream().last().field("X-Auth-Scopes"), c.scope);
    EXPECT_EQ(get(response, "/reports/x").status,
              std::string_view(c.scope).find("reports:read") != std::string_view::npos ? 200 : 403);
  }
}

}  // namespace
}  // namespace bearward::testing
