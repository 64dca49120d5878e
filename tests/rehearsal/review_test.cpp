#include "rehearsal/review.h"

#include <gtest/gtest.h>

#include <chrono>

#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

std::vector<std::string> findings_of(const std::string& routes, const std::string& settings = "") {
  const auto snapshot = snapshot_of("routes:\n" + routes, settings);
  if (!snapshot) return {"no snapshot"};
  config::Diagnostics diagnostics;
  review(*snapshot, diagnostics);
  std::vector<std::string> findings;
  for (const config::Finding& finding : diagnostics.sorted()) {
    if (finding.message.find("upstream \"other\"") == std::string::npos) {
      findings.push_back(without_folder(finding.to_string()));
    }
  }
  return findings;
}

struct Case {
  const char* sentence;
  const char* routes;
  std::vector<std::string> findings;
};

TEST(Review, WarnsOfHowRoutesMeet) {
  const Case cases[] = {
      {"a narrower route with a stricter rule is what routes are for",
       "  - {name: api, match: {path: /api/**}, upstream: legacy}\n"
       "  - {name: admin, match: {path: /api/admin/**}, access: {roles: [admin]}, upstream: legacy}\n",
       {}},
      {"a public route inside a protected prefix",
       "  - {name: api, match: {path: /api/**}, upstream: legacy}\n"
       "  - {name: docs, match: {path: /api/docs/**}, access: public, upstream: legacy}\n",
       {"policy.yaml:3:5: warning: route \"docs\" is public inside the protected route \"api\" (policy.yaml:2), such "
        "as "
        "GET /api/docs; make sure that it is meant to be"}},
      {"a public route of one host inside a protected prefix of any",
       "  - {name: api, match: {path: /api/**}, upstream: legacy}\n"
       "  - {name: docs, match: {host: a.test, path: /api/docs}, access: public, upstream: legacy}\n",
       {"policy.yaml:3:5: warning: route \"docs\" is public inside the protected route \"api\" (policy.yaml:2), such "
        "as "
        "GET a.test/api/docs; make sure that it is meant to be"}},
      {"a protected route inside a public prefix",
       "  - {name: api, match: {path: /api/**}, access: public, upstream: legacy}\n"
       "  - {name: admin, match: {path: /api/admin/**}, upstream: legacy}\n",
       {}},
      {"a method that falls through to a wider route",
       "  - {name: api, match: {path: /api/**}, upstream: legacy}\n"
       "  - {name: admin, match: {path: /api/admin, methods: [GET, POST]}, access: {roles: [admin]}, upstream: "
       "legacy}\n",
       {"policy.yaml:3:5: warning: route \"admin\" takes GET, POST only, other methods fall through to route \"api\" "
        "(policy.yaml:2) with another access, such as PUT /api/admin; list more methods, or give the others a route of "
        "their own"}},
      {"falling through to a door that is shut, or to the same rule, surprises nobody",
       "  - {name: api, match: {path: /api/**}, access: deny, upstream: legacy}\n"
       "  - {name: admin, match: {path: /api/admin, methods: GET}, access: {roles: [admin]}, upstream: legacy}\n"
       "  - {name: a, match: {path: /a/**}, upstream: legacy}\n"
       "  - {name: b, match: {path: /a/b, methods: GET}, upstream: legacy}\n",
       {}},
      {"methods with a route each",
       "  - {name: read, match: {path: /x, methods: [GET]}, access: public, upstream: legacy}\n"
       "  - {name: write, match: {path: /x}, access: {roles: [admin]}, upstream: legacy}\n",
       {"policy.yaml:2:5: warning: route \"read\" takes GET only, other methods fall through to route \"write\" "
        "(policy.yaml:3) with another access, such as POST /x; list more methods, or give the others a route of their "
        "own"}},
      {"routes that cross",
       "  - {name: item, match: {path: \"/a/{id}/edit\"}, access: {roles: [editor]}, upstream: legacy}\n"
       "  - {name: new, match: {path: \"/a/new/{step}\"}, access: {roles: [author]}, upstream: legacy}\n",
       {"policy.yaml:3:5: warning: route \"new\" crosses route \"item\" (policy.yaml:2), which has another access: GET "
        "/a/new/edit is for both, and the first decides; give that path a route of its own to make it plain"}},
      {"routes that cross and say the same",
       "  - {name: item, match: {path: \"/a/{id}/edit\"}, access: {roles: [editor]}, upstream: legacy}\n"
       "  - {name: new, match: {path: \"/a/new/{step}\"}, access: {roles: [editor]}, upstream: legacy}\n",
       {}},
      {"a route that others take everything from",
       "  - {name: all, match: {path: /a/**}, upstream: legacy}\n"
       "  - {name: one, match: {path: /a}, upstream: legacy}\n"
       "  - {name: two, match: {path: /a/}, upstream: legacy}\n"
       "  - {name: three, match: {path: \"/a/{b}/**\"}, upstream: legacy}\n",
       {"policy.yaml:2:5: warning: route \"all\" can never match: more specific routes take every request that it is "
        "for; remove it, or one of them"}},
      {"the same but for one path",
       "  - {name: all, match: {path: /a/**}, upstream: legacy}\n"
       "  - {name: one, match: {path: /a}, upstream: legacy}\n"
       "  - {name: three, match: {path: \"/a/{b}/**\"}, upstream: legacy}\n",
       {}},
      {"a path that the gateway answers itself",
       "  - {name: token, match: {path: /token}, access: public, upstream: legacy}\n",
       {"policy.yaml:2:5: warning: route \"token\" can never match: the gateway answers that path itself; remove it, "
        "or "
        "the endpoint"}},
      {"a method that is never forwarded",
       "  - {name: trace, match: {path: /x, methods: TRACE}, upstream: legacy}\n",
       {"policy.yaml:2:5: warning: route \"trace\" can never match: the gateway forwards no such method; remove it"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_EQ(findings_of(c.routes, "endpoints: {token: /token}\n"), c.findings);
  }
}

TEST(Review, WarnsOfAnUpstreamThatNobodyUses) {
  const auto snapshot = snapshot_of("routes:\n  - {name: a, match: {path: /}, upstream: legacy}\n");
  ASSERT_TRUE(snapshot);
  config::Diagnostics diagnostics;
  review(*snapshot, diagnostics);
  ASSERT_EQ(diagnostics.sorted().size(), 1U);
  EXPECT_EQ(without_folder(diagnostics.sorted()[0].to_string()),
            "gateway.yaml:4:55: warning: no route uses the upstream \"other\"; remove it");
}

TEST(Review, WarnsOfAScopeThatNobodyCanHave) {
  const std::string routes =
      "  - {name: a, match: {path: /a}, access: {any: [{scopes: [reports:read, order:read]}, {any_scope: [admin:x]}]}, "
      "upstream: legacy}\n";
  const std::string clients =
      "clients: {registered: [{id: c, secret: \"${SECRET}\", grants: [client_credentials], scopes: [reports:read]}]}\n";
  EXPECT_EQ(findings_of(routes, clients), (std::vector<std::string>{
                                              "policy.yaml:2:58: warning: no client and no role is given the scope "
                                              "\"order:read\", so no token has it; add it to clients.registered or "
                                              "users.role_scopes",
                                              "policy.yaml:2:99: warning: no client and no role is given the scope "
                                              "\"admin:x\", so no token has it; add it to clients.registered or "
                                              "users.role_scopes",
                                          }));
}

TEST(Review, IsQuickWithTenThousandRoutes) {
  std::string routes;
  for (int i = 0; i < 10'000; ++i) {
    const std::string n = std::to_string(i);
    routes += "  - {name: r" + n + ", match: {path: \"/s" + std::to_string(i % 100) + "/x" + n + "/{id}/**\"" +
              (i % 3 == 0 ? ", methods: [GET]" : "") + "}, upstream: legacy}\n";
  }
  routes += "  - {name: all, match: {path: /**}, access: {roles: [admin]}, upstream: legacy}\n";
  const auto snapshot = snapshot_of("routes:\n" + routes);
  ASSERT_TRUE(snapshot);
  config::Diagnostics diagnostics;
  const auto began = steady_now();
  review(*snapshot, diagnostics);
  EXPECT_LT(steady_now() - began, std::chrono::seconds{20}) << "not quadratic; 0.2 s where nothing else runs";
  EXPECT_GT(diagnostics.sorted().size(), 100U);
}

}  // namespace
}  // namespace bearward::rehearsal
