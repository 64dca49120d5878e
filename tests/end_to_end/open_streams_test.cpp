// What goes on after its request was let in ends when its user may not have it any more: tunnels, event streams.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <future>
#include <iostream>
#include <string>
#include <vector>

#include "support/cluster.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Generous: the promise is 10 ms, on a machine that does nothing else. What was measured is printed.
constexpr std::chrono::milliseconds most_until_ended{2'000};

enum class Kind { tunnel, events };

/// A tunnel for whoever asks for one, else events; neither ever ends by itself. /api/y is answered as usual.
void stream(UpstreamExchange& exchange) {
  if (exchange.request().target == "/api/y") return exchange.answer("y");
  if (!exchange.request().field("Upgrade").empty()) {
    exchange.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nready");
  } else {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    exchange.send(chunk("ready"));
  }
  exchange.wait_for_end();
  exchange.close();
}

RawClient open(std::uint16_t port, Kind kind, std::string_view target, const std::string& token) {
  RawClient client(port);
  const std::string upgrade = kind == Kind::tunnel ? "Connection: upgrade\r\nUpgrade: echo\r\n" : "";
  client.send(request("GET", target, bearer(token) + upgrade));
  EXPECT_FALSE(client.read_until("ready").empty()) << target;
  return client;
}

/// Connections enough for every worker to have some, a tunnel and a stream of events in turn.
std::vector<RawClient> open_many(std::uint16_t port, std::string_view target, const std::string& token) {
  std::vector<RawClient> clients;
  for (int i = 0; i < 12; ++i) clients.push_back(open(port, i % 2 == 0 ? Kind::tunnel : Kind::events, target, token));
  return clients;
}

void expect_ended(std::vector<RawClient>& clients, Clock::time_point since, const char* what) {
  for (RawClient& each : clients) ASSERT_EQ(each.wait_for_end(), Ending::reset) << what;
  const auto time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - since);
  std::cout << "[ measured ] " << what << ": all ended " << time.count() << " us later\n";
  EXPECT_LT(time, most_until_ended) << what;
}

void expect_open(std::vector<RawClient>& clients, const char* what) {
  for (RawClient& each : clients) EXPECT_EQ(each.socket().receive(1ms).ending, Ending::open) << what;
}

void four_workers(GatewayConfig& config) {
  config.set("limits", "{drain_timeout: 100ms}")
      .set("workers", "4")
      .set("users", "{store: \"sqlite:users.db\", cache: {local_ttl: 60s, ttl: 60s}}");
  config.routes(
      "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
      "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
      "  - {name: staff, match: {path: /staff/**}, access: {roles: [staff]}, upstream: echo}\n"
      "  - {name: own, match: {path: '/of/{team}/**'}, access: {claims: {team: '{team}'}}, upstream: echo}\n"
      "  - {name: shadowed, match: {path: /shadow/**}, access: {roles: [staff]}, mode: shadow, upstream: echo}\n");
}

TEST(OpenStreams, EndWhenTheirUserMayNotHaveThemAnyMore) {
  struct Case {
    const char* name;
    std::function<bool(const Site&)> change;
    std::string reason;
  };
  const auto command = [](std::vector<std::string> arguments) {
    return [arguments](const Site& site) { return site.gateway.run(arguments).exit_code == 0; };
  };
  const Case cases[] = {
      {"PATCH",
       [](const Site& site) {
         return site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status == 200;
       },
       "user_disabled"},
      {"user disable", command({"user", "disable", "alice"}), "user_disabled"},
      {"user delete", command({"user", "delete", "alice"}), "unknown_user"},
      {"token revoke --user", command({"token", "revoke", "--user", "alice"}), "revoked"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Site site(four_workers);
    site.upstream.behave(stream);
    std::vector<RawClient> of_alice = open_many(site.gateway.port(), "/api/x", site.token("alice"));
    std::vector<RawClient> as_alice = open_many(site.gateway.port(), "/public/x", site.token("alice"));
    std::vector<RawClient> of_root = open_many(site.gateway.port(), "/api/x", site.token("root"));
    std::vector<RawClient> of_nobody = open_many(site.gateway.port(), "/public/x", "no.such.token");
    ASSERT_TRUE(c.change(site));
    const auto begin = Clock::now();
    expect_ended(of_alice, begin, c.name);
    expect_ended(as_alice, begin, c.name);
    expect_open(of_root, "of another user");
    expect_open(of_nobody, "of nobody");
    EXPECT_TRUE(site.gateway.wait_for_log("\"reason\":\"stream:" + c.reason + "\""));
    EXPECT_EQ(site.gateway.stop(), 0);
  }
}

TEST(OpenStreams, OfARevokedTokenEndAndThoseOfAnotherDoNot) {
  Site site(four_workers);
  site.upstream.behave(stream);
  boost::json::object claims = TokenFactory::claims("alice");
  claims["jti"] = "first";
  const std::string revoked = site.tokens.token(claims);
  claims["jti"] = "second";
  std::vector<RawClient> first = open_many(site.gateway.port(), "/api/x", revoked);
  std::vector<RawClient> second = open_many(site.gateway.port(), "/api/x", site.tokens.token(claims));
  ASSERT_EQ(site.gateway.run({"token", "revoke", revoked}).exit_code, 0);
  expect_ended(first, Clock::now(), "token revoke");
  expect_open(second, "of another token");
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(OpenStreams, EndWhenTheirUserLosesTheRoleThatTheirRouteAsksFor) {
  Site site(four_workers);
  site.upstream.behave(stream);
  boost::json::object claims = TokenFactory::claims("alice");
  claims["team"] = "blue";
  std::vector<RawClient> staff = open_many(site.gateway.port(), "/staff/x", site.token("alice"));
  std::vector<RawClient> any = open_many(site.gateway.port(), "/api/x", site.token("alice"));
  std::vector<RawClient> own = open_many(site.gateway.port(), "/of/blue/x", site.tokens.token(claims));
  std::vector<RawClient> shadowed = open_many(site.gateway.port(), "/shadow/x", site.token("alice"));
  ASSERT_EQ(site.gateway.run({"user", "roles", "alice", "staff"}).exit_code, 0);
  ASSERT_EQ(site.get_as("root", "/staff/x").status, 403);
  expect_open(staff, "she still has the role");
  ASSERT_EQ(site.gateway.run({"user", "roles", "alice", "sales"}).exit_code, 0);
  expect_ended(staff, Clock::now(), "user roles");
  expect_open(any, "asks for no role");
  expect_open(own, "asks for a claim, which the token still has");
  expect_open(shadowed, "asks in mode shadow");
  EXPECT_TRUE(site.gateway.wait_for_log("\"reason\":\"stream:access\""));
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(OpenStreams, EndAlsoWhenTheUserChangesBeforeTheUpstreamAnswers) {
  for (const Kind kind : {Kind::tunnel, Kind::events}) {
    Site site(four_workers);
    std::promise<void> changed;
    site.upstream.behave([&](UpstreamExchange& exchange) {
      if (exchange.request().target == "/api/x") changed.get_future().wait_for(patience);
      stream(exchange);
    });
    RawClient client(site.gateway.port());
    client.send(request(
        "GET", "/api/x",
        bearer(site.token("alice")) + (kind == Kind::tunnel ? "Connection: upgrade\r\nUpgrade: echo\r\n" : "")));
    ASSERT_TRUE(site.upstream.wait_for_requests(1));
    ASSERT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status, 200);
    ASSERT_TRUE(eventually([&] { return site.get_as("alice", "/api/y").status == 401; }));
    const auto begin = Clock::now();
    changed.set_value();
    std::vector<RawClient> one;
    one.push_back(std::move(client));
    expect_ended(one, begin, "a change before the answer");
    EXPECT_EQ(site.gateway.stop(), 0);
  }
}

TEST(OpenStreams, EndWhenTheirTokenExpires) {
  Site site([](GatewayConfig& config) {
    config.set("limits", "{drain_timeout: 100ms}");
    config.set("tokens",
               "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  leeway: 1s\n  signing_keys:\n"
               "    - {kid: k1, algorithm: HS256, secret: {file: secret}}");
  });
  site.upstream.behave(stream);
  boost::json::object claims = TokenFactory::claims("alice");
  claims["exp"] = TokenFactory::now() + 2;
  std::vector<RawClient> clients = open_many(site.gateway.port(), "/api/x", site.tokens.token(claims));
  std::vector<RawClient> of_root = open_many(site.gateway.port(), "/api/x", site.token("root"));
  for (RawClient& each : clients) ASSERT_EQ(each.wait_for_end(), Ending::reset);
  EXPECT_GE(TokenFactory::now(), claims["exp"].as_int64() + 1) << "not before";
  EXPECT_LE(TokenFactory::now(), claims["exp"].as_int64() + 8);
  expect_open(of_root, "another token");
  EXPECT_TRUE(site.gateway.wait_for_log("\"status\":101,\"bytes\":5,\"bytes_received\":0,"));
  EXPECT_TRUE(site.gateway.wait_for_log("\"reason\":\"stream:token_expired\""));
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(OpenStreams, AreKeptByAReload) {
  Site site(four_workers);
  site.upstream.behave(stream);
  std::vector<RawClient> clients = open_many(site.gateway.port(), "/api/x", site.token("alice"));
  site.gateway.config().routes("  - {name: api, match: {path: /api/**}, access: {roles: [admin]}, upstream: echo}\n");
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  ASSERT_TRUE(eventually([&] { return site.get_as("alice", "/api/y").status == 403; }));
  expect_open(clients, "they finish on the configuration they began with");
  ASSERT_EQ(site.gateway.run({"user", "disable", "alice"}).exit_code, 0);
  expect_ended(clients, Clock::now(), "user disable after a reload");
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(OpenStreamsInACluster, EndOnEveryNode) {
  Cluster cluster;
  ASSERT_TRUE(cluster.redis_is_up());
  cluster.first.upstream.behave(stream);
  const std::uint16_t ports[] = {cluster.first.gateway.port(), cluster.second.port()};
  std::vector<RawClient> of_alice;
  std::vector<RawClient> of_root;
  const auto open_all = [&] {
    of_alice.clear();
    of_root.clear();
    for (const std::uint16_t port : ports) {
      for (RawClient& each : open_many(port, "/api/x", cluster.first.token("alice")))
        of_alice.push_back(std::move(each));
      for (RawClient& each : open_many(port, "/api/x", cluster.first.token("root"))) of_root.push_back(std::move(each));
    }
  };
  open_all();
  ASSERT_EQ(cluster.first.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status, 200);
  expect_ended(of_alice, Clock::now(), "PATCH on the first of two nodes");
  expect_open(of_root, "of another user");

  ASSERT_EQ(cluster.second.run({"user", "enable", "alice"}).exit_code, 0);
  const std::string as_alice = request("GET", "/api/y", bearer(cluster.first.token("alice")));
  for (const std::uint16_t port : ports)
    ASSERT_TRUE(eventually([&] { return testing::exchange(port, as_alice).status == 200; }));
  open_all();
  cluster.redis.stop();
  ASSERT_EQ(cluster.first.gateway.run({"user", "disable", "alice"}).exit_code, 0);
  for (RawClient& each : of_alice) ASSERT_EQ(each.wait_for_end(), Ending::reset) << "Redis is dead, the store answers";
  expect_open(of_root, "of another user");
  cluster.redis.start();
  ASSERT_TRUE(cluster.redis_is_up());
  expect_open(of_root, "after Redis is back");
  of_root.clear();
  cluster.stop();
}

}  // namespace
}  // namespace bearward::testing
