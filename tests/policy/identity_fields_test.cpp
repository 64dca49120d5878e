#include "policy/identity_fields.h"

#include <gtest/gtest.h>

#include <array>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

config::Identity block(std::vector<std::pair<std::string, std::string>> fields) {
  config::Identity identity;
  for (auto& [name, value] : fields) identity.fields.push_back({std::move(name), std::move(value), sample_place});
  return identity;
}

std::vector<config::Route> two_routes() {
  std::vector<config::Route> routes(2);
  routes[1].identity = block({{"Remote-User", "{user.username}"}, {"x_forwarded_user", "u:{user.username}"}});
  return routes;
}

const config::Identity top = block({{"X-Forwarded-User", "{user.username}"}, {"X-Auth-Client", "{token.client_id}"}});

std::string written(const IdentityFields& fields, const identity::Principal& principal) {
  std::array<char, 512> room;
  http::HeadWriter head(room);
  EXPECT_TRUE(fields.write(principal, head));
  return std::string{head.written()};
}

TEST(IdentityFields, OfARouteAreAddedAndReplacePerName) {
  config::Diagnostics diagnostics;
  const auto fields = compile_identity(top, two_routes(), diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(written(fields[0], somebody()), "X-Forwarded-User: alice\r\n");
  EXPECT_EQ(written(fields[1], somebody()), "x_forwarded_user: u:alice\r\nRemote-User: alice\r\n");
  EXPECT_EQ(fields[0].names(), (std::vector<std::string_view>{"X-Forwarded-User", "X-Auth-Client"}));
}

TEST(IdentityFields, AreAllStrippedOnEveryRouteInEverySpelling) {
  config::Diagnostics diagnostics;
  const auto fields = compile_identity(top, two_routes(), diagnostics);
  struct Case {
    const char* name;
    const char* field;
    bool stripped;
  };
  const Case cases[] = {
      {"as configured", "X-Forwarded-User", true},
      {"lower case", "x-forwarded-user", true},
      {"as CGI folds it", "X_Forwarded_User", true},
      {"mixed marks", "x_FORWARDED-user", true},
      {"other marks", "X.Forwarded.User", true},
      {"marks that some servers fold", "X~Forwarded!User", true},
      {"a name of the other route", "Remote-User", true},
      {"a name of the other route, folded", "REMOTE_USER", true},
      {"a field that is absent from this caller's token", "X-Auth-Client", true},
      {"a name of a preset that nobody uses", "X_Auth_Request-User", true},
      {"another", "Remote-Groups", true},
      {"an assertion that nobody asks for", "x_bearward_assertion", true},
      {"a longer name", "X-Forwarded-Users", false},
      {"a shorter name", "X-Forwarded-Use", false},
      {"without marks", "XForwardedUser", false},
      {"another field", "Accept", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    for (const IdentityFields& of_route : fields) EXPECT_EQ(of_route.strips(field_of(c.field)), c.stripped);
  }
}

TEST(IdentityFields, OfNobodyAreNone) {
  config::Diagnostics diagnostics;
  const auto fields =
      compile_identity(block({{"X-From", "gateway"}, {"X-User", "{user.username}"}}), two_routes(), diagnostics);
  EXPECT_EQ(written(fields[0], identity::Principal{}), "");
}

TEST(IdentityFields, ReportsAValueThatNoFieldCanCarry) {
  config::Diagnostics diagnostics;
  const auto fields = compile_identity(top, two_routes(), diagnostics);
  std::array<char, 512> room;
  http::HeadWriter head(room);
  const auto result = fields[0].write(somebody("{}", {}, {}, "a\r\nX-Admin: 1"), head);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().field, "X-Forwarded-User");
  EXPECT_EQ(result.error().variable, "user.username");
}

TEST(IdentityFields, RefuseNamesThatMeanSomethingElse) {
  struct Case {
    const char* name;
    config::Identity identity;
    const char* says;
  };
  const Case cases[] = {
      {"no field name", block({{"X User", "a"}}), "expected letters"},
      {"framing", block({{"Content-Length", "{token.n}"}}), "choose another name"},
      {"hop-by-hop", block({{"Connection", "{token.n}"}}), "choose another name"},
      {"a forwarding field in another spelling", block({{"x_forwarded_for", "{token.ip}"}}), "choose another name"},
      {"the credentials", block({{"Authorization", "Bearer {token.jti}"}}), "choose another name"},
      {"one name twice", block({{"X-User", "{user.username}"}, {"x_user", "{user.email}"}}), "twice"},
      {"an unknown variable", block({{"X-User", "{user.name}"}}), "X-User: found {user.name}"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    for (const bool at_top : {true, false}) {
      std::vector<config::Route> routes(1);
      if (!at_top) routes[0].identity = c.identity;
      config::Diagnostics diagnostics;
      compile_identity(at_top ? c.identity : config::Identity{}, routes, diagnostics);
      EXPECT_NE(text_of(diagnostics).find(c.says), std::string::npos) << text_of(diagnostics);
      EXPECT_TRUE(text_of(diagnostics).starts_with("routes.yaml:7:3: error: ")) << text_of(diagnostics);
    }
  }
}

}  // namespace
}  // namespace bearward::policy
