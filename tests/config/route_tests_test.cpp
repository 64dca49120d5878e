#include "config/route_tests.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "config/loading.h"

namespace bearward::config {
namespace {

TEST(RouteTests, AreReadWithAllTheirKeys) {
  const auto loaded = test::load_policy(R"(routes: []
tests:
  - {request: GET /a, expect: allow}
  - request: "POST https://a.test:8443/b?c"
    as: {sub: alice, roles: [admin, staff], realm_access: {level: 3}, nothing: }
    client_ip: 10.1.2.3
    sends: {X-A: "1"}
    time: "2026-11-24T10:30:00+01:00"
    expect: allow
    upstream: legacy
    headers: {X-User: alice}
    without: [X-Debug]
  - {request: GET /a, expect: 403}
  - {request: GET /a, expect: gateway}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const auto& tests = loaded.config.route_tests;
  ASSERT_EQ(tests.size(), 4U);
  EXPECT_EQ(tests[0].method, "GET");
  EXPECT_EQ(tests[0].target, "/a");
  EXPECT_FALSE(tests[0].as);
  EXPECT_EQ(tests[0].client_ip.to_string(), usual_client_ip);
  EXPECT_EQ(tests[0].place.line, 3);
  EXPECT_EQ(tests[0].expect, RouteTest::Expect::allow);
  const RouteTest& whole = tests[1];
  EXPECT_EQ(whole.method, "POST");
  EXPECT_EQ(whole.target, "https://a.test:8443/b?c");
  EXPECT_EQ(boost::json::serialize(*whole.as),
            R"({"sub":"alice","roles":["admin","staff"],"realm_access":{"level":3},"nothing":null})");
  EXPECT_EQ(whole.client_ip.to_string(), "10.1.2.3");
  EXPECT_EQ(whole.sends, (std::vector<std::pair<std::string, std::string>>{{"X-A", "1"}}));
  EXPECT_EQ(whole.time, UnixTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 24} + std::chrono::minutes{570}});
  EXPECT_EQ(whole.upstream, "legacy");
  EXPECT_EQ(whole.headers, (std::vector<std::pair<std::string, std::string>>{{"X-User", "alice"}}));
  EXPECT_EQ(whole.without, std::vector<std::string>{"X-Debug"});
  EXPECT_EQ(tests[2].expect, RouteTest::Expect::status);
  EXPECT_EQ(tests[2].status, 403);
  EXPECT_EQ(tests[3].expect, RouteTest::Expect::gateway);
}

TEST(RouteTests, SayWhatIsWrongAtItsPlace) {
  const std::string request =
      " for request, expected a method and a path or URL, such as GET /api/x or GET https://host/api/x";
  const std::string expect = " for expect, expected allow, gateway or one of 400, 401, 403, 404, 405, 431, 501";
  const test::Mistake mistakes[] = {
      {"no list",
       "{request: GET /a, expect: allow}",
       {"3:1: error: found a map for tests, expected a list of tests, each {request, expect}"}},
      {"nothing in a test",
       "- {}",
       {"3:3: error: found no key \"request\" in tests, expected a method and a path or URL, such as GET /api/x or GET "
        "https://host/api/x",
        "3:3: error: found no key \"expect\" in tests, expected allow, gateway or one of 400, 401, 403, 404, 405, 431, "
        "501"}},
      {"no path", "- {request: GET, expect: allow}", {"3:13: error: found \"GET\"" + request}},
      {"no method", "- {request: /a, expect: allow}", {"3:13: error: found \"/a\"" + request}},
      {"a relative path", "- {request: GET a, expect: allow}", {"3:13: error: found \"GET a\"" + request}},
      {"a third word",
       "- {request: GET /a HTTP/1.1, expect: allow}",
       {"3:13: error: found \"GET /a HTTP/1.1\"" + request}},
      {"a status that no rehearsal comes to",
       "- {request: GET /a, expect: 502}",
       {"3:29: error: found \"502\"" + expect}},
      {"a word that is no answer", "- {request: GET /a, expect: deny}", {"3:29: error: found \"deny\"" + expect}},
      {"claims that are none",
       "- {request: GET /a, expect: 403, as: alice}",
       {"3:38: error: found \"alice\" for as, expected a map of a token's claims, with sub"}},
      {"claims without a name",
       "- {request: GET /a, expect: 403, as: {roles: [admin]}}",
       {"3:38: error: found no text \"sub\" in as, expected a map of a token's claims, with sub"}},
      {"no address",
       "- {request: GET /a, expect: 403, client_ip: 10.0.0.0/8}",
       {"3:45: error: found \"10.0.0.0/8\" for client_ip, expected an IP address"}},
      {"a certificate with a member that none has",
       "- {request: GET /a, expect: 403, client_certificate: {san: a.test}}",
       {"3:54: error: client_certificate: found san, expected subject, issuer, serial or fingerprint with one text, "
        "dns, "
        "email or uri"}},
      {"no moment",
       "- {request: GET /a, expect: 403, time: \"10:30\"}",
       {"3:40: error: found \"10:30\" for time, expected a moment such as 2026-11-24T09:30:00Z"}},
      {"no name of a header",
       "- {request: GET /a, expect: allow, sends: {\"X A\": b}, without: \"X:\"}",
       {"3:44: error: found \"X A\", expected the name of a header",
        "3:64: error: found \"X:\", expected the name of a header"}},
      {"an upstream that is none",
       "- {request: GET /a, expect: allow, upstream: legcy}",
       {"3:46: error: found upstream \"legcy\", expected one that is declared under upstreams; did you mean "
        "\"legacy\"?"}},
      {"what an upstream gets of a request that is refused",
       "- {request: GET /a, expect: 403, upstream: legacy, without: X-A}",
       {"3:44: error: found upstream in a test that does not expect allow; take one of them out",
        "3:61: error: found without in a test that does not expect allow; take one of them out"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    const std::string policy = "routes: []\ntests:\n" + std::string(mistake.yaml) + "\n";
    auto findings = test::load_policy(policy).findings;
    EXPECT_EQ(findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
