#include <gtest/gtest.h>

#include <string>

#include "support/by_hand.h"
#include "support/site.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

constexpr const char* grant = "grant_type=client_credentials";
constexpr const char* reporting = "&client_id=reporting&client_secret=reporting-secret";

class ClientCredentials : public SharedSiteTest<ClientCredentials> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("clients",
               "\n  registered:\n"
               "    - {id: reporting, secret: reporting-secret, grants: [client_credentials], "
               "scopes: [\"reports:read\", \"reports:write\"]}\n"
               "    - {id: bare, secret: reporting-secret, grants: client_credentials}\n"
               "    - {id: namesake, secret: reporting-secret, grants: client_credentials}\n"
               "    - {id: console, secret: reporting-secret, grants: password}\n"
               "    - {id: spa, public: true, grants: [password]}");
    config.set("identity",
               "\n  headers:\n    X-Forwarded-User: \"{user.username}\"\n    X-Forwarded-Groups: \"{user.roles}\"\n"
               "    X-Auth-Scopes: \"{token.scope}\"\n    X-Auth-Client: \"{token.client_id}\"");
    config.routes(
        "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
        "  - {name: reports, match: {path: /reports/**}, access: {scopes: [\"reports:read\"]}, upstream: echo}\n"
        "  - {name: roles, match: {path: /roles/**}, access: {roles: [staff]}, upstream: echo}\n"
        "  - {name: not, match: {path: /not/**}, access: {not: {roles: [admin]}}, upstream: echo}\n"
        "  - {name: users, match: {path: /users/**}, access: {users: [reporting]}, upstream: echo}\n");
  }

 protected:
  static Response ask(const std::string& form, std::string_view fields = "") {
    return send(request("POST", "/token", std::string(form_type) + std::string(fields), form));
  }
  static Response get(const Response& tokens, const char* path) {
    return send(request("GET", path, bearer(text_in(tokens, "access_token"))));
  }
};

TEST_F(ClientCredentials, GiveATokenOfTheClientItself) {
  const Response response = ask(std::string(grant) + reporting);
  ASSERT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.field("Cache-Control"), "no-store");
  const boost::json::object body = object_in(response);
  EXPECT_EQ(text_in(response, "token_type"), "bearer");
  EXPECT_EQ(text_in(response, "scope"), "reports:read reports:write");
  EXPECT_FALSE(body.contains("refresh_token")) << "RFC 6749 §4.4.3";
  EXPECT_FALSE(body.contains("username"));

  EXPECT_EQ(get(response, "/reports/7").status, 200);
  EXPECT_EQ(upstream().last().field("X-Auth-Client"), "reporting");
  EXPECT_EQ(upstream().last().field("X-Auth-Scopes"), "reports:read reports:write");
  EXPECT_EQ(upstream().last().fields.count("X-Forwarded-User"), 0U);
  EXPECT_EQ(upstream().last().fields.count("X-Forwarded-Groups"), 0U);
  EXPECT_EQ(get(response, "/api/x").status, 200);
  EXPECT_EQ(get(response, "/roles/x").status, 403);
  EXPECT_EQ(get(response, "/users/x").status, 403) << "it is no user, whatever its name";
  EXPECT_EQ(get(response, "/not/x").status, 200) << "it has no roles";
}

TEST_F(ClientCredentials, GrantTheScopesOfTheClient) {
  struct Case {
    const char* name;
    std::string form;
    const char* outcome;
    const char* scope;
  };
  const Case cases[] = {
      {"one of them", std::string(grant) + reporting + "&scope=reports:read", "", "reports:read"},
      {"more than its own", std::string(grant) + reporting + "&scope=reports:read+admin", "invalid_scope", ""},
      {"a client without scopes", std::string(grant) + "&client_id=bare&client_secret=reporting-secret", "", ""},
      {"one that it has not", std::string(grant) + "&client_id=bare&client_secret=reporting-secret&scope=reports:read",
       "invalid_scope", ""},
      {"no client", grant, "invalid_client", ""},
      {"a name", std::string(grant) + "&client_id=other", "invalid_client", ""},
      {"a public client", std::string(grant) + "&client_id=spa", "unauthorized_client", ""},
      {"a client without its secret", std::string(grant) + "&client_id=reporting", "invalid_client", ""},
      {"a client for users", std::string(grant) + "&client_id=console&client_secret=reporting-secret",
       "unauthorized_client", ""},
      {"a client for itself logs a user in", std::string(alice_login) + reporting, "unauthorized_client", ""},
      {"a client that a user has the name of",
       std::string(grant) + "&client_id=namesake&client_secret=reporting-secret", "unauthorized_client", ""}};
  const std::string users = (site().gateway.folder() / "users.db").string();
  ASSERT_EQ(by_hand(users, "INSERT INTO users (username) VALUES ('namesake')"), "");
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(c.form);
    EXPECT_EQ(text_in(response, "error"), c.outcome) << response.content;
    EXPECT_EQ(response.status == 200, *c.outcome == '\0');
    EXPECT_EQ(text_in(response, "scope"), c.scope);
  }
  EXPECT_TRUE(site().gateway.wait_for_log("the client \\\"namesake\\\" gets no token, since a user has that name"));
}

TEST_F(ClientCredentials, LeaveTheirNamesToNoUser) {
  const CommandResult refused =
      site().gateway.run({"user", "add", "reporting", "--password-stdin"}, "a good password\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.errors.find("\"reporting\" is the id of a client"), std::string::npos) << refused.errors;
}

TEST_F(ClientCredentials, AreNoAuthorizationEndpoint) {
  struct Case {
    std::string form;
    const char* error;
  };
  const Case cases[] = {{"response_type=token&client_id=spa", "unsupported_response_type"},
                        {std::string(alice_login) + "&response_type=token", "unsupported_response_type"},
                        {"grant_type=implicit&client_id=spa", "unsupported_grant_type"},
                        {"grant_type=authorization_code&code=x&client_id=spa", "unsupported_grant_type"},
                        {"grant_type=Password&" + std::string(alice_login), "unsupported_grant_type"}};
  for (const Case& c : cases) EXPECT_EQ(text_in(ask(c.form), "error"), c.error) << c.form;
}

}  // namespace
}  // namespace bearward::testing
