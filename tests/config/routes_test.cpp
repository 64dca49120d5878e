#include "config/routes.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_policy;

TEST(ReadPolicyFile, ReadsRoutes) {
  const auto loaded = load_policy(R"(routes:
  - name: api
    match: {host: "*.example.org", path: "/api/{id}/**", methods: [GET, HEAD]}
    access: public
    upstream: legacy
    rewrite: {strip_prefix: /api}
    request_headers: {set: {X-Office: back}, remove: [X-Debug, X-Trace]}
    response_headers: {remove: Server}
    identity: {headers: {Remote-User: "{user.username}"}, forward_authorization: true}
  - name: rest
    match: {path: /**, methods: POST}
    upstream: legacy
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.routes.size(), 2U);
  const Route& api = loaded.config.routes[0];
  EXPECT_EQ(api.name, "api");
  EXPECT_EQ(api.host, "*.example.org");
  EXPECT_EQ(api.path, "/api/{id}/**");
  EXPECT_EQ(api.methods, (std::vector<std::string>{"GET", "HEAD"}));
  EXPECT_EQ(api.access.kind, Access::Kind::public_);
  EXPECT_EQ(api.upstream, "legacy");
  EXPECT_EQ(api.upstream_place.line, 5);
  EXPECT_EQ(api.upstream_place.column, 15);
  EXPECT_EQ(api.match_place.line, 3);
  EXPECT_EQ(api.strip_prefix, "/api");
  EXPECT_EQ(api.request_fields.set, (std::vector<std::pair<std::string, std::string>>{{"X-Office", "back"}}));
  EXPECT_EQ(api.request_fields.remove, (std::vector<std::string>{"X-Debug", "X-Trace"}));
  EXPECT_EQ(api.response_fields.remove, std::vector<std::string>{"Server"});
  ASSERT_TRUE(api.identity);
  EXPECT_EQ(api.identity->fields.at(0).name, "Remote-User");
  EXPECT_EQ(api.identity->forward_authorization, true);
  const Route& rest = loaded.config.routes[1];
  EXPECT_EQ(rest.access.kind, Access::Kind::authenticated);
  EXPECT_EQ(rest.methods, std::vector<std::string>{"POST"});
  EXPECT_EQ(rest.place.line, 10);
  EXPECT_FALSE(rest.identity);
}

TEST(ReadPolicyFile, ReadsWhatARouteSaysItself) {
  const auto loaded = load_policy(R"(routes:
  - name: a
    match: {path: /a}
    upstream: legacy
    mode: shadow
    limits: {request_body: 1GiB}
    timeouts: {connect: 20ms, response: 5m, idle: 1h, tunnel: 2d}
    retries: 0
    max_stream_age: 8h
    upgrade: websocket
  - {name: b, match: {path: /b}, upstream: legacy}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.routes.size(), 2U);
  const Route& a = loaded.config.routes[0];
  EXPECT_EQ(a.mode, Mode::shadow);
  EXPECT_EQ(a.mode_place.line, 5);
  EXPECT_EQ(a.limits.request_body_bytes, 1ULL << 30);
  EXPECT_EQ(a.limits.connect_timeout, std::chrono::milliseconds{20});
  EXPECT_EQ(a.limits.response_timeout, std::chrono::minutes{5});
  EXPECT_EQ(a.limits.idle_timeout, std::chrono::hours{1});
  EXPECT_EQ(a.limits.tunnel_timeout, std::chrono::days{2});
  EXPECT_EQ(a.limits.retries, 0U);
  EXPECT_EQ(a.limits.max_stream_age, std::chrono::hours{8});
  EXPECT_EQ(most_request_body_bytes(loaded.config), 1ULL << 30);
  const Route& b = loaded.config.routes[1];
  EXPECT_EQ(b.mode, Mode::enforce);
  EXPECT_FALSE(b.limits.request_body_bytes || b.limits.connect_timeout || b.limits.response_timeout ||
               b.limits.idle_timeout || b.limits.retries || b.limits.max_stream_age || b.limits.tunnel_timeout);
}

TEST(ReadPolicyFile, ReadsWhichProtocolsMayBeSwitchedTo) {
  struct Case {
    const char* yaml;
    bool any;
    std::vector<std::string> protocols;
  };
  const Case cases[] = {
      {"any", true, {}},
      {"none", false, {}},
      {"websocket", false, {"websocket"}},
      {"[websocket, IRC/6.9]", false, {"websocket", "IRC/6.9"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.yaml);
    const auto loaded = load_policy(
        "routes:\n  - {name: a, match: {path: /}, upstream: legacy, upgrade: " + std::string(c.yaml) + "}\n");
    EXPECT_EQ(loaded.findings, std::vector<std::string>{});
    ASSERT_EQ(loaded.config.routes.size(), 1U);
    EXPECT_EQ(loaded.config.routes[0].upgrade.any, c.any);
    EXPECT_EQ(loaded.config.routes[0].upgrade.protocols, c.protocols);
  }
}

TEST(ReadPolicyFile, SaysWhatIsWrong) {
  const test::Mistake mistakes[] = {
      {"an empty file, which may be one that was cut off",
       "",
       {"1:1: error: found nothing for a policy file, expected a map with keys such as \"routes\""}},
      {"a list",
       "- name: a\n",
       {"1:1: error: found a list for a policy file, expected a map with keys such as \"routes\""}},
      {"no routes",
       "{}\n",
       {"1:1: error: found no key \"routes\" in a policy file, expected a list of routes, each {name, match, "
        "upstream}"}},
      {"nothing for routes",
       "routes:\n",
       {"1:1: error: found nothing for routes, expected a list of routes, each {name, match, upstream}"}},
      {"tests, and a key that is none",
       "routes: []\ntests: []\nroute: []\n",
       {"3:1: error: found the unknown key \"route\" in a policy file, expected routes or tests; did you mean "
        "\"routes\"?"}},
      {"a route without anything",
       "routes:\n  - {}\n",
       {"2:5: error: found no key \"match\" in routes, expected a map with path",
        "2:5: error: found no key \"name\" in routes, expected a name",
        "2:5: error: found no key \"upstream\" in routes, expected the name of an upstream"}},
      {"a misspelt key is not missing too",
       "routes:\n  - {name: a, match: {path: /}, upstraem: legacy}\n",
       {"2:33: error: found the unknown key \"upstraem\" in routes; did you mean \"upstream\"?"}},
      {"a match without a path",
       "routes:\n  - {name: a, match: {host: h}, upstream: legacy}\n",
       {"2:22: error: found no key \"path\" in match, expected a path such as /api/{id}/**"}},
      {"no method",
       "routes:\n  - {name: a, match: {path: /, methods: []}, upstream: legacy}\n",
       {"2:41: error: found an empty list for methods, expected a method such as GET, or a list of them"}},
      {"headers of another form",
       "routes:\n  - {name: a, match: {path: /}, upstream: legacy, request_headers: {set: [a], remove: {b: c}}}\n",
       {"2:74: error: found a list for set, expected a map of header names and values",
        "2:87: error: found a map for remove, expected a header name, or a list of them"}},
      {"a line break in a header",
       "routes:\n  - {name: a, match: {path: /}, upstream: legacy, request_headers: {set: {X: \"a\\nb\"}}}\n",
       {"2:78: error: found a control character or a byte that is not UTF-8 for X, expected the header's value"}},
      {"what no connection can switch to",
       "routes:\n  - {name: a, match: {path: /}, upstream: legacy, upgrade: [any, \"web socket\", h2c]}\n",
       {"2:61: error: found \"any\" for upgrade, expected a protocol such as websocket",
        "2:66: error: found \"web socket\" for upgrade, expected a protocol such as websocket",
        "2:80: error: upgrade names \"h2c\", in which HTTP itself would run, unseen by routes and policies; it is "
        "never "
        "forwarded, leave it out"}},
      {"limits of another form",
       "routes:\n  - {name: a, match: {path: /}, upstream: legacy, mode: shade, limits: {request_body: lots,\n"
       "     request_header: 1KiB}, timeouts: {connect: 1}, retries: 11, max_stream_age: 0s}\n",
       {"2:57: error: found \"shade\" for mode, expected enforce or shadow; did you mean \"shadow\"?",
        "2:87: error: found \"lots\" for request_body, expected a size from 0 to 1024GiB, such as 512, 16KiB or 10MiB",
        "3:6: error: found the unknown key \"request_header\" in limits, expected request_body",
        "3:49: error: found \"1\" for connect, expected a duration from 10ms to 5m, such as 250ms, 30s, 15m, 12h or "
        "14d",
        "3:62: error: found \"11\" for retries, expected a number from 0 to 10",
        "3:82: error: found \"0s\" for max_stream_age, expected a duration from 100ms to 365d, such as 250ms, 30s, "
        "15m, "
        "12h or 14d"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    auto findings = test::without_lists_of_keys(load_policy(mistake.yaml).findings);
    std::ranges::stable_sort(findings, [](const std::string& a, const std::string& b) {
      return a.substr(0, a.find(" ")) == b.substr(0, b.find(" ")) && a < b;
    });
    EXPECT_EQ(findings, mistake.findings);
  }
}

TEST(ReadPolicyFile, AnEmptyListIsAFileThatIsNotFilledInYet) {
  EXPECT_EQ(load_policy("routes: []\n").findings, std::vector<std::string>{});
}

}  // namespace
}  // namespace bearward::config
