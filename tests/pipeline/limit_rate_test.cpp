#include "pipeline/limit_rate.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::pipeline {
namespace {

using By = config::RateLimit::By;
using testing::own_field;

policy::Route route_limited_by(By by) {
  policy::Route route;
  route.name = "orders";
  config::Access everybody;
  everybody.kind = config::Access::Kind::public_;
  config::Diagnostics diagnostics;
  route.access = policy::AccessRule::compile(everybody, {}, diagnostics);
  route.rate_limit = {{.requests = 1, .per = std::chrono::hours{24}}, by};
  return route;
}

identity::Principal principal(const std::string& issuer, const std::string& name, const std::string& client = "") {
  auto token = std::make_shared<identity::TokenClaims>();
  token->issuer = issuer;
  token->subject = token->username = name;
  token->client_id = client;
  auto user = std::make_shared<identity::User>();
  user->username = name;
  return {std::move(token), std::move(user)};
}

struct Caller {
  identity::Principal principal{};
  const char* address = "192.0.2.1";
};

/// Does the second caller find the budget that the first one used up?
bool share_a_budget(By by, const Caller& first, const Caller& second) {
  limit::LimitTable budgets;
  const policy::Route route = route_limited_by(by);
  const auto allowed = [&](const Caller& caller) {
    policy::RouteMatch match;
    match.route = &route;
    const IpAddress address = IpAddress::parse(caller.address).value();
    auto permit = authorize(match, caller.principal, address, UnixTime{});
    return limit_rate(std::move(*permit), address, budgets).has_value();
  };
  EXPECT_TRUE(allowed(first));
  return !allowed(second);
}

TEST(LimitRate, GivesEachCallerABudgetOfItsOwn) {
  struct Case {
    const char* name;
    By by;
    Caller first;
    Caller second;
    bool same;
  };
  const Case cases[] = {
      {"a user, from anywhere", By::user, {principal("i", "alice")}, {principal("i", "alice"), "192.0.2.2"}, true},
      {"two users at one address", By::user, {principal("i", "alice")}, {principal("i", "bob")}, false},
      {"one name of two issuers", By::user, {principal("i", "alice")}, {principal("j", "alice")}, false},
      {"nobody counts by address", By::user, {}, {}, true},
      {"nobody from elsewhere", By::user, {}, {{}, "192.0.2.2"}, false},
      {"a user is not nobody", By::user, {}, {principal("i", "alice")}, false},
      {"users of one client", By::client, {principal("i", "alice", "spa")}, {principal("i", "bob", "spa")}, true},
      {"two clients of a user", By::client, {principal("i", "alice", "spa")}, {principal("i", "alice", "cli")}, false},
      {"no client: the user", By::client, {principal("i", "alice")}, {principal("i", "bob")}, false},
      {"two users at one address, by address", By::client_ip, {principal("i", "a")}, {principal("i", "b")}, true},
      {"IPv6 counts by /64", By::client_ip, {{}, "2001:db8:1:2::1"}, {{}, "2001:db8:1:2:ffff::9"}, true},
      {"another /64", By::client_ip, {{}, "2001:db8:1:2::1"}, {{}, "2001:db8:1:3::1"}, false},
      {"neighbours in IPv4", By::client_ip, {{}, "192.0.2.1"}, {{}, "192.0.2.2"}, false},
      {"the route, whoever asks", By::route, {principal("i", "alice")}, {{}, "192.0.2.2"}, true}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(share_a_budget(c.by, c.first, c.second), c.same);
  }
}

TEST(LimitRate, TellsTheCallerHowItStands) {
  limit::LimitTable budgets;
  policy::Route route = route_limited_by(By::route);
  const IpAddress address;
  policy::RouteMatch match;
  match.route = &route;
  const auto allowed = limit_rate(*authorize(match, {}, address, UnixTime{}), address, budgets);
  ASSERT_TRUE(allowed.has_value());
  EXPECT_EQ(allowed->fields(), "RateLimit-Limit: 1\r\nRateLimit-Remaining: 0\r\nRateLimit-Reset: 86400\r\n");
  const auto refused = limit_rate(*authorize(match, {}, address, UnixTime{}), address, budgets);
  ASSERT_FALSE(refused.has_value());
  const http::Response response = to_response(refused.error(), config::Compatibility::rfc6749, "id");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(own_field(response, "RateLimit-Remaining"), "0");
  EXPECT_EQ(own_field(response, "Retry-After"), own_field(response, "RateLimit-Reset"));
  EXPECT_GE(std::stoi(own_field(response, "Retry-After")), 86'000);

  route.rate_limit.reset();
  EXPECT_EQ(limit_rate(*authorize(match, {}, address, UnixTime{}), address, budgets)->fields(), "");
}

TEST(LimitRate, ReplacesWhatTheUpstreamSaysOfItsOwnLimit) {
  const http::Field fields[] = {{"ratelimit-limit", "9"}, {"X-Other", "1"}, {"RateLimit", "x"}};
  http::Response response;
  response.fields = fields;
  response.own_fields = "RateLimit-Reset: 7\r\nX-Mine: 1\r\n";
  add_rate_limit_fields("RateLimit-Limit: 1\r\n", response);
  ASSERT_EQ(response.fields.size(), 1U);
  EXPECT_EQ(response.fields[0].name, "X-Other");
  EXPECT_EQ(response.own_fields, "X-Mine: 1\r\nRateLimit-Limit: 1\r\n");
}

}  // namespace
}  // namespace bearward::pipeline
