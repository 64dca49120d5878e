#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string>
#include <vector>

#include "support/by_hand.h"
#include "support/redis_server.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

/// Connections enough for every worker to have some: the kernel spreads them by a hash.
std::vector<RawClient> many_clients(const GatewayProcess& gateway) {
  std::vector<RawClient> clients;
  for (int i = 0; i < 16; ++i) clients.emplace_back(gateway.port());
  return clients;
}

std::string get_with(std::string_view token) { return request("GET", "/api/x", bearer(token)); }

void expect_all(std::vector<RawClient>& clients, std::string_view token, int status) {
  for (RawClient& each : clients) ASSERT_EQ(each.exchange(get_with(token)).status, status);
}

bool soon_all(std::vector<RawClient>& clients, std::string_view token, int status) {
  return eventually([&] {
    return std::ranges::all_of(clients,
                               [&](RawClient& each) { return each.exchange(get_with(token)).status == status; });
  });
}

std::string token_with_id(const Site& site, std::string_view user, std::string_view name, std::string_view id) {
  boost::json::object claims = TokenFactory::claims(user);
  claims[name] = id;
  return site.tokens.token(claims);
}

std::string log_in(const GatewayProcess& gateway, std::string_view username, std::string_view password) {
  std::string form = "username=" + std::string(username) + "&password=";
  for (const char c : password) form += c == ' ' ? '+' : c;
  const Response response =
      exchange(gateway.port(), request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n", form));
  EXPECT_EQ(response.status, 200) << response.content;
  return std::string(boost::json::parse(response.content).at("access_token").as_string());
}

void revoke_by_hand(const Site& site, const std::string& subject, const std::string& id) {
  ASSERT_EQ(by_hand((site.gateway.folder() / "users.db").string(),
                    "INSERT INTO revoked_tokens VALUES ('" + subject + "', '" + id + "', unixepoch() + 3600)"),
            "");
}

void four_workers(GatewayConfig& config) {
  config.set("workers", "4").set("users", "{store: \"sqlite:users.db\", cache: {local_ttl: 60s, ttl: 60s}}");
}

TEST(RevokedTokens, AreRefusedByEveryWorkerAndOthersAreNot) {
  Site site(four_workers);
  std::vector<RawClient> clients = many_clients(site.gateway);
  const std::string first = token_with_id(site, "alice", "jti", "t1");
  const std::string other = token_with_id(site, "alice", "jti", "t2");
  const std::string of_login = token_with_id(site, "alice", "sid", "f1");
  for (const std::string& token : {first, other, of_login}) expect_all(clients, token, 200);

  revoke_by_hand(site, "alice", "t1");
  EXPECT_TRUE(soon_all(clients, first, 401));
  for (const std::string& token : {other, of_login, site.token("root")}) expect_all(clients, token, 200);
  revoke_by_hand(site, "alice", "f1");
  EXPECT_TRUE(soon_all(clients, of_login, 401));
  expect_all(clients, other, 200);
  EXPECT_EQ(site.send(request("GET", "/public/x", bearer(first))).status, 200) << "on a public route it is nobody";
  const Response refused = site.send(get_with(first));
  EXPECT_NE(refused.field("WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
  EXPECT_TRUE(site.gateway.wait_for_log(":revoked\"")) << "in the access log";
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(RevokedTokens, OfAllThatAUserHasLetANewLoginOfTheSameSecondLive) {
  Site site(four_workers);
  std::vector<RawClient> clients = many_clients(site.gateway);
  for (int round = 0; round < 3; ++round) {
    const std::string before = log_in(site.gateway, "alice", Site::alice_password);
    expect_all(clients, before, 200);
    ASSERT_EQ(
        by_hand((site.gateway.folder() / "users.db").string(),
                "UPDATE users SET tokens_not_before_ms = CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) + 1"
                " WHERE username = 'alice'"),
        "");
    const std::string after = log_in(site.gateway, "alice", Site::alice_password);
    EXPECT_TRUE(soon_all(clients, before, 401));
    expect_all(clients, after, 200);
  }
  EXPECT_EQ(site.gateway.stop(), 0);
}

/// A token of a client that acts for itself, as client_credentials gives it.
std::string client_token(const Site& site, std::string_view id) {
  boost::json::object claims = TokenFactory::claims(id);
  claims["client_id"] = id;
  claims["gty"] = "client_credentials";
  claims["jti"] = "c1";
  return site.tokens.token(claims);
}

TEST(RevokedTokens, OfAClientAreItsOwnAndNoUsers) {
  Site site([](GatewayConfig& config) {
    four_workers(config);
    config.set("identity", "{headers: {X-Forwarded-User: \"{user.username}\", X-Auth-Client: \"{token.client_id}\"}}");
  });
  std::vector<RawClient> clients = many_clients(site.gateway);
  const std::string token = client_token(site, "alice");  // of a user's name, which says nothing
  expect_all(clients, token, 200);
  EXPECT_EQ(site.upstream.last().field("X-Auth-Client"), "alice");
  EXPECT_EQ(site.upstream.last().fields.count("X-Forwarded-User"), 0U);
  boost::json::object impostor = TokenFactory::claims("client:alice");
  EXPECT_EQ(site.send(get_with(site.tokens.token(impostor))).status, 401) << "a client's record is no user";
  impostor = TokenFactory::claims("alice");
  impostor["gty"] = "client_credentials";
  EXPECT_EQ(site.send(get_with(site.tokens.token(impostor))).status, 401) << "no client_id";
  revoke_by_hand(site, "alice", "c1");
  expect_all(clients, token, 200);
  revoke_by_hand(site, "client:alice", "c1");
  EXPECT_TRUE(soon_all(clients, token, 401));
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(RevokedTokens, AreRefusedByASecondProcessThroughTheFileAndThroughRedis) {
  RedisServer redis;
  for (const bool with_redis : {false, true}) {
    SCOPED_TRACE(with_redis ? "with Redis" : "through the file alone");
    const auto share = [&](GatewayConfig& config, const std::string& store) {
      config.set("workers", "2")
          .set("users", "{store: \"" + store + "\", cache: {" + (with_redis ? "redis: \"" + redis.url() + "\", " : "") +
                            "ttl: 60s, local_ttl: 60s}}");
    };
    Site site([&](GatewayConfig& config) { share(config, "sqlite:users.db"); });
    GatewayConfig other(site.upstream.port());
    share(other, "sqlite:" + (site.gateway.folder() / "users.db").string());
    GatewayProcess second(other);
    second.start();
    if (with_redis) {
      ASSERT_TRUE(
          eventually([&] { return second.admin("GET", "/readyz").content.find("\"up\"") != std::string::npos; }));
    }
    std::vector<RawClient> clients = many_clients(site.gateway);
    for (RawClient& each : many_clients(second)) clients.push_back(std::move(each));
    const std::string token = token_with_id(site, "alice", "jti", "t1");
    expect_all(clients, token, 200);
    revoke_by_hand(site, "alice", "t1");
    EXPECT_TRUE(soon_all(clients, token, 401));
    expect_all(clients, site.token("alice"), 200);
    if (with_redis) {
      const std::string record = redis.command({"GET", "bearward:user:local:alice"});
      EXPECT_NE(record.find("\"revoked\":[\"t1\"]"), std::string::npos) << record;
    }
    EXPECT_EQ(second.stop(), 0);
    EXPECT_EQ(site.gateway.stop(), 0);
  }
}

}  // namespace
}  // namespace bearward::testing
