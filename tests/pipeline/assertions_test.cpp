#include "pipeline/assertions.h"

#include <gtest/gtest.h>

#include <set>

#include "crypto/key.h"
#include "policy/compile_routes.h"
#include "policy/route_table.h"

namespace bearward::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr UnixTime now{1'800'000'000s};

/// Two routes, one with an assertion of 10 s, one without.
class AssertionsTest : public ::testing::Test {
 protected:
  static policy::RouteTable compiled() {
    config::Config config;
    config.upstreams.resize(1);
    config.upstreams[0].name = "echo";
    config.routes.resize(2);
    for (config::Route& route : config.routes) route.upstream = "echo";
    config.routes[0].name = config.routes[0].path = "/with";
    config.routes[0].access.kind = config::Access::Kind::public_;
    config.routes[0].identity.emplace().assertion.emplace().ttl = 10s;
    config.routes[1].name = config.routes[1].path = "/without";
    config::Diagnostics diagnostics;
    auto table = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
    EXPECT_FALSE(diagnostics.has_errors());
    return table;
  }

  static identity::Principal somebody(std::string name) {
    auto token = std::make_shared<identity::TokenClaims>();
    token->subject = name;
    auto user = std::make_shared<identity::User>();
    user->username = std::move(name);
    return {std::move(token), std::move(user)};
  }

  std::string of(std::string_view path, const identity::Principal& principal, UnixTime at = now) {
    const auto permit = authorize(table.match("h", path, "GET"), principal, *IpAddress::parse("127.0.0.1"), at);
    EXPECT_TRUE(permit);
    return assertions.of(*permit, &signer, at);
  }

  const policy::RouteTable table = compiled();
  const token::AssertionSigner signer{
      {"k", crypto::Key::from_secret(crypto::Algorithm::HS256, std::string(32, 's')).value()}, "i"};
  Assertions assertions;
};

TEST_F(AssertionsTest, AreForTheRoutesThatAskForThemAndForSomebody) {
  EXPECT_NE(of("/with", somebody("alice")), "");
  EXPECT_EQ(of("/without", somebody("alice")), "");
  EXPECT_EQ(of("/with", identity::Principal{}), "");
}

TEST_F(AssertionsTest, AreUsedAgainUntilHalfOfTheirLifeIsOver) {
  const auto alice = somebody("alice");
  const std::string first = of("/with", alice);
  EXPECT_EQ(of("/with", alice, now + 4s), first);
  EXPECT_NE(of("/with", alice, now + 5s), first);
}

TEST_F(AssertionsTest, AreOfThisTokenAndThisRowOfTheUser) {
  const auto alice = somebody("alice");
  const std::string first = of("/with", alice);
  EXPECT_NE(of("/with", {somebody("alice").token, alice.user}), first);
  EXPECT_NE(of("/with", {alice.token, somebody("alice").user}), first) << "her roles may have changed";
  assertions.forget();
  EXPECT_NE(of("/with", alice), first) << "another key may sign now";
}

TEST_F(AssertionsTest, OfMoreCallersThanAreKeptAreEachTheirOwn) {
  std::vector<identity::Principal> callers;
  for (int i = 0; i < 3'000; ++i) callers.push_back(somebody(std::to_string(i)));
  std::set<std::string> seen;
  for (int round = 0; round < 2; ++round) {
    for (const identity::Principal& each : callers) seen.insert(of("/with", each));
  }
  EXPECT_GE(seen.size(), callers.size());
}

}  // namespace
}  // namespace bearward::pipeline
