#include "rehearsal/explanation.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "rehearsal/hypothetical_caller.h"
#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

constexpr const char* policy = R"(routes:
  - {name: api, match: {path: /api/**}, upstream: legacy}
  - {name: reports, match: {path: "/api/reports/{id}", methods: [GET]}, access: {scopes: [reports:read]}, upstream: legacy}
  - {name: office, match: {host: office.test, path: /api/**}, access: {all: [{roles: [admin]}, {not: {users: [m]}}]}, upstream: other, rewrite: {strip_prefix: /api}, rate_limit: {requests: 100, per: 1m, by: user}}
)";
constexpr const char* settings = "identity: {headers: {X-User: \"{user.username}\"}, forward_authorization: true}\n";

class Explaining : public ::testing::Test {
 protected:
  void SetUp() override {
    snapshot = snapshot_of(policy, settings);
    ASSERT_TRUE(snapshot);
  }
  Explanation about(const std::string& method, const std::string& target, const std::string& as = "") {
    question = {method, target, fields, *IpAddress::parse("192.0.2.1"), noon};
    if (as.empty()) return explain(*snapshot, question, nobody());
    const auto claims = boost::json::parse(as).as_object();
    return explain(*snapshot, question, hypothetical_caller(claims, snapshot->config.tokens, noon).value());
  }
  std::string text_about(const std::string& method, const std::string& target, const std::string& as = "") {
    const Explanation explanation = about(method, target, as);
    return without_folder(to_text(explanation, question));
  }

  std::shared_ptr<const snapshot::Snapshot> snapshot;
  std::vector<std::pair<std::string, std::string>> fields;
  Question question;
};

TEST_F(Explaining, WhatModeShadowDoesNotHeed) {
  snapshot = snapshot_of(
      "routes:\n  - {name: a, match: {path: /a}, access: {roles: [admin]}, mode: shadow, upstream: legacy}\n",
      settings);
  ASSERT_TRUE(snapshot);
  const std::string somebody = text_about("GET", "/a", R"({"sub":"alice"})");
  EXPECT_NE(somebody.find("authorize     would be refused (roles), but the route is in mode shadow: allowed\n"),
            std::string::npos)
      << somebody;
  EXPECT_NE(somebody.find("X-User: alice\n"), std::string::npos) << somebody;
  const Explanation of_nobody = about("GET", "/a");
  EXPECT_TRUE(of_nobody.judgement.allowed());
  EXPECT_NE(to_text(of_nobody, question).find("authenticate  would be refused (no_token)"), std::string::npos);
  EXPECT_EQ(to_json(of_nobody, question).at("overlooked").at("status").as_int64(), 401);
}

TEST_F(Explaining, ARequestThatGoesOn) {
  fields = {{"X-User", "root"}, {"Authorization", "Bearer abc"}, {"X-A", "1"}};
  EXPECT_EQ(text_about("GET", "https://OFFICE.test/api//x", R"({"sub":"r","roles":["admin"]})"),
            "GET https://OFFICE.test/api//x\n"
            "  from 192.0.2.1 at 2026-11-24T12:00:00Z\n"
            "  as host office.test, path /api/x\n"
            "match_route   route \"office\" decides (policy.yaml:4): any method, host office.test, path /api/**\n"
            "              not \"api\" (policy.yaml:2): it matches too, but its host is wider: *\n"
            "authenticate  user r, roles admin\n"
            "authorize     allowed\n"
            "              yes: all (policy.yaml:4)\n"
            "                yes: roles wants admin, saw admin (policy.yaml:4)\n"
            "                yes: not (policy.yaml:4)\n"
            "                  no: users wants m, saw r (policy.yaml:4)\n"
            "limit_rate    100 requests per 1m for each user; not counted here\n"
            "forward       to other (127.0.0.1:9001)\n"
            "  GET /x HTTP/1.1\n"
            "  Host: office.test\n"
            "  Authorization: (not shown)\n"
            "  X-A: 1\n"
            "  Forwarded: for=192.0.2.1;host=\"office.test\";proto=https\n"
            "  X-Forwarded-For: 192.0.2.1\n"
            "  X-Forwarded-Proto: https\n"
            "  X-Forwarded-Host: office.test\n"
            "  X-Forwarded-Port: 443\n"
            "  Via: 1.1 bearward\n"
            "  X-Request-Id: made-for-each-request\n"
            "  X-User: r\n");
}

TEST_F(Explaining, ARequestThatIsRefusedByACondition) {
  EXPECT_EQ(
      text_about("GET", "/api/reports/7", R"({"sub":"a","scope":"x y"})"),
      "GET /api/reports/7\n"
      "  from 192.0.2.1 at 2026-11-24T12:00:00Z\n"
      "  as host (none), path /api/reports/7\n"
      "match_route   route \"reports\" decides (policy.yaml:3): GET, host *, path /api/reports/{id}\n"
      "              not \"office\" (policy.yaml:4): its host is office.test\n"
      "              not \"api\" (policy.yaml:2): it matches too, but its path is wider: /api/**\n"
      "authenticate  user a, scope x, y\n"
      "authorize     refused: scopes\n"
      "              no: scopes wants reports:read, saw x, y (policy.yaml:3) <- decides\n"
      "response      403\n"
      "  Content-Type: application/problem+json\n"
      "  WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"reports:read\"\n"
      "  X-Request-Id: made-for-each-request\n"
      "  {\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403,\"detail\":\"the access token has too little "
      "scope\"}\n");
}

TEST_F(Explaining, ARequestThatNobodyIsAskedAbout) {
  const std::string other_method = text_about("POST", "/api/reports/7");
  EXPECT_NE(other_method.find("route \"api\" decides"), std::string::npos);
  EXPECT_NE(other_method.find("not \"reports\" (policy.yaml:3): it takes GET only"), std::string::npos);
  EXPECT_NE(other_method.find("authenticate  refused: no_token\nresponse      401\n"), std::string::npos)
      << other_method;
  const std::string unknown = text_about("GET", "/API/x");
  EXPECT_NE(
      unknown.find("match_route   refused: no_route\n              a route would match /api/x\nresponse      404\n"),
      std::string::npos)
      << unknown;
  EXPECT_NE(text_about("GET", "/a/../../x").find("read          refused: "), std::string::npos);
}

TEST_F(Explaining, InJson) {
  const auto json = to_json(about("GET", "/api/reports/7", R"({"sub":"a"})"), question);
  EXPECT_EQ(json.at("answer"), "403");
  EXPECT_EQ(json.at("route").at("name"), "reports");
  EXPECT_EQ(json.at("refusal").at("step"), "authorize");
  EXPECT_EQ(json.at("refusal").at("condition").at("line"), 3);
  EXPECT_EQ(json.at("conditions").at(0).at("holds"), "no");
  EXPECT_EQ(json.at("other_routes").as_array().size(), 2U);
  const auto allowed = to_json(about("GET", "/api/x", R"({"sub":"a"})"), question);
  EXPECT_EQ(allowed.at("answer"), "allow");
  EXPECT_EQ(allowed.at("upstream"), "legacy");
  EXPECT_EQ(allowed.at("upstream_head").at(0), "GET /api/x HTTP/1.1");
}

}  // namespace
}  // namespace bearward::rehearsal
