#include "rehearsal/run_route_tests.h"

#include <gtest/gtest.h>

#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

constexpr const char* routes = R"(routes:
  - {name: open, match: {path: /public/**, methods: [GET, HEAD]}, access: public, upstream: legacy}
  - {name: api, match: {path: /api/**}, upstream: legacy}
  - name: office
    match: {host: office.test, path: /**}
    access: {all: [{roles: [admin]}, {client_ip: [127.0.0.0/8]}, {not: {users: [mallory]}}]}
    upstream: other
    rewrite: {strip_prefix: /office}
    request_headers: {set: {X-Office: back}, remove: [X-Debug]}
  - {name: own, match: {path: "/people/{name}"}, access: {claims: {sub: "{name}"}}, upstream: legacy}
  - {name: reports, match: {path: /reports}, access: {scopes: [reports:read]}, upstream: legacy}
tests:
  - )";
constexpr const char* settings =
    "endpoints: {token: /token}\nidentity: {headers: {X-User: \"{user.username}\", X-Mail: \"{user.email}\", X-Client: "
    "\"{token.client_id}\"}}\n";

std::string failure_of(const std::string& test) {
  const auto snapshot = snapshot_of(routes + test + "\n", settings);
  if (!snapshot) return "no snapshot";
  const auto results = run_route_tests(*snapshot, noon);
  return results.size() == 1 ? without_folder(results.front().failure) : "not one test";
}

TEST(RunRouteTests, PassesWhatComesAsExpected) {
  const char* const tests[] = {
      "{request: GET /public/x, expect: allow, upstream: legacy}",
      "{request: POST /public/x, expect: 405}",
      "{request: GET /nowhere, expect: 404}",
      "{request: GET /api/x, expect: 401}",
      "{request: GET /api/x, as: {sub: alice}, expect: allow, headers: {X-User: alice}, without: [X-Mail, x_client]}",
      "{request: GET /api/x, as: {sub: alice, email: a@b.test}, expect: allow, headers: {x-mail: a@b.test}}",
      "{request: GET /api/x, as: {sub: c, client_id: c, gty: client_credentials}, expect: allow, headers: {X-Client: "
      "c}, without: X-User}",
      "{request: GET /api/x, as: {sub: alice, exp: 1}, expect: 401}",
      "{request: GET /public/x, as: {sub: alice, exp: 1}, expect: allow, without: X-User}",
      "{request: GET /api/x, as: {sub: alice, exp: 946684900}, time: \"2000-01-01T00:00:00Z\", expect: allow}",
      "{request: \"GET http://office.test/office/x\", as: {sub: r, roles: [admin]}, expect: allow, upstream: other, "
      "headers: {X-Office: back}}",
      "{request: \"GET http://OFFICE.test:8443/office/x\", as: {sub: r, roles: admin}, client_ip: 10.1.2.3, expect: "
      "403}",
      "{request: \"GET http://office.test/\", as: {sub: mallory, roles: [admin]}, expect: 403}",
      "{request: \"GET http://office.test/\", as: {sub: r, roles: admin}, sends: {X-Debug: \"1\", X_User: root}, "
      "expect: "
      "allow, headers: {X-User: r}, without: X-Debug}",
      "{request: GET /people/alice, as: {sub: alice}, expect: allow}",
      "{request: GET /people/alice, as: {sub: bob}, expect: 403}",
      "{request: GET /reports, as: {sub: alice, scope: \"a reports:read\"}, expect: allow}",
      "{request: GET /api/../../x, expect: 400}",
      "{request: GET /api//./x/, as: {sub: a}, expect: allow}",
      "{request: TRACE /api/x, expect: 501}",
      "{request: POST /token, expect: gateway}",
  };
  for (const char* test : tests) EXPECT_EQ(failure_of(test), "") << test;
}

TEST(RunRouteTests, SaysWhatWasExpectedWhatCameAndWhy) {
  struct Case {
    const char* test;
    const char* failure;
  };
  const Case cases[] = {
      {"{request: GET /api/x, as: {sub: alice}, expect: 403}",
       "expected 403, came allow: route \"api\" (policy.yaml:3) lets it through to legacy"},
      {"{request: GET /api/x, expect: allow}",
       "expected allow, came 401: route \"api\" (policy.yaml:3): authenticate: no_token"},
      {"{request: GET /api/x, as: {sub: a, exp: 1}, expect: allow}",
       "expected allow, came 401: route \"api\" (policy.yaml:3): authenticate: expired"},
      {"{request: GET /nowhere, expect: allow}", "expected allow, came 404: match_route: no_route"},
      {"{request: \"GET http://office.test/\", as: {sub: r, roles: [staff]}, expect: allow}",
       "expected allow, came 403: route \"office\" (policy.yaml:4): roles wants admin, saw staff (policy.yaml:6)"},
      {"{request: GET /people/alice, as: {sub: bob}, expect: allow}",
       "expected allow, came 403: route \"own\" (policy.yaml:10): claims wants sub: \"{name}\", saw sub: \"bob\" "
       "(policy.yaml:10)"},
      {"{request: POST /token, expect: 404}",
       "expected 404, came gateway: the gateway answers it itself: endpoint token"},
      {"{request: GET /api/x, as: {sub: a}, expect: allow, upstream: other}",
       "expected upstream other, came legacy: route \"api\" (policy.yaml:3) lets it through to legacy"},
      {"{request: GET /api/x, as: {sub: a}, expect: allow, headers: {X-User: b}}",
       "expected the upstream to get X-User \"b\", it gets \"a\""},
      {"{request: GET /api/x, as: {sub: a}, expect: allow, headers: {X-Mail: b}}",
       "expected the upstream to get X-Mail \"b\", it gets none"},
      {"{request: GET /api/x, as: {sub: a}, expect: allow, without: x_user}",
       "expected the upstream to get no x_user, it gets X-User \"a\""},
      {"{request: GET /api/x, as: {sub: a, exp: soon}, expect: allow}",
       "as: these are not the claims of a token: sub has to be a name, scope and client_id texts, iat and exp seconds "
       "since 1970"},
      {"{request: GET /api/x, sends: {Host: a.test}, expect: allow}",
       "expected allow, came 400: read: more than one Host"},
  };
  for (const Case& c : cases) EXPECT_EQ(failure_of(c.test), c.failure) << c.test;
}

TEST(RunRouteTests, ReportsEachFailureAtItsPlace) {
  const auto snapshot =
      snapshot_of(std::string(routes) + "{request: GET /api/x, expect: allow}\n  - {request: GET /y, expect: 404}\n");
  ASSERT_TRUE(snapshot);
  config::Diagnostics diagnostics;
  report_failures(run_route_tests(*snapshot, noon), diagnostics);
  ASSERT_EQ(diagnostics.sorted().size(), 1U);
  EXPECT_EQ(without_folder(diagnostics.sorted().front().to_string()),
            "policy.yaml:13:5: error: test GET /api/x: expected allow, came 401: route \"api\" (policy.yaml:3): "
            "authenticate: no_token");
}

}  // namespace
}  // namespace bearward::rehearsal
