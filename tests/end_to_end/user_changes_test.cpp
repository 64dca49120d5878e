#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "support/cluster.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

using Clock = std::chrono::steady_clock;

/// Generous: the promise is 10 ms, on a machine that does nothing else. What was measured is printed.
constexpr std::chrono::milliseconds most_until_refused{1'000};

std::string as(const Site& site, std::string_view user) { return request("GET", "/api/x", bearer(site.token(user))); }

/// Asks on every connection again and again until each is answered `status` twice in a row; how long after `begin`
/// the last one was.
std::optional<std::chrono::microseconds> time_until(std::vector<RawClient>& clients, const std::string& request,
                                                    int status, Clock::time_point begin) {
  Clock::time_point last = begin;
  for (RawClient& each : clients) {
    for (int in_a_row = 0; in_a_row < 2;) {
      const Response response = each.exchange(request);
      if (response.status == status) {
        ++in_a_row;
        continue;
      }
      in_a_row = 0;
      last = Clock::now();
      if (last - begin > patience) return std::nullopt;
    }
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(last - begin);
}

/// Connections enough for every worker to have some: the kernel spreads them by a hash.
std::vector<RawClient> many_clients(const GatewayProcess& gateway) {
  std::vector<RawClient> clients;
  for (int i = 0; i < 24; ++i) clients.emplace_back(gateway.port());
  return clients;
}

void expect_all(std::vector<RawClient>& clients, const std::string& request, int status) {
  for (RawClient& each : clients) {
    for (int i = 0; i < 2; ++i) ASSERT_EQ(each.exchange(request).status, status);
  }
}

void expect_soon(std::vector<RawClient>& clients, const std::string& request, int status, Clock::time_point begin,
                 const char* what) {
  const auto time = time_until(clients, request, status, begin);
  ASSERT_TRUE(time) << what;
  std::cout << "[ measured ] " << what << ": refused everywhere " << time->count() << " us later\n";
  EXPECT_LT(*time, most_until_refused) << what;
}

void four_workers(GatewayConfig& config) {
  config.set("workers", "4").set("users", "{store: \"sqlite:users.db\", cache: {local_ttl: 60s, ttl: 60s}}");
}

TEST(UserChanges, ReachEveryWorkerWhenTheAdminPatches) {
  Site site(four_workers);
  std::vector<RawClient> clients = many_clients(site.gateway);
  expect_all(clients, as(site, "alice"), 200);
  const Response patched = site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})");
  const auto begin = Clock::now();
  ASSERT_EQ(patched.status, 200) << patched.content;
  EXPECT_NE(patched.content.find("\"disabled\":true"), std::string::npos);
  EXPECT_EQ(patched.content.find("argon2"), std::string::npos);
  expect_soon(clients, as(site, "alice"), 401, begin, "PATCH, four workers");
  expect_all(clients, as(site, "root"), 200);

  ASSERT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":false})").status, 200);
  EXPECT_TRUE(time_until(clients, as(site, "alice"), 200, Clock::now()));
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(UserChanges, ReachEveryWorkerWhenACommandMakesThem) {
  Site site(four_workers);
  std::vector<RawClient> clients = many_clients(site.gateway);
  struct Case {
    const char* name;
    std::vector<std::string> command;
    int before;
    int after;
  };
  const Case cases[] = {
      {"user disable", {"user", "disable", "alice"}, 200, 401},
      {"user enable", {"user", "enable", "alice"}, 401, 200},
      {"user delete", {"user", "delete", "alice"}, 200, 401},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_all(clients, as(site, "alice"), c.before);
    const CommandResult result = site.gateway.run(c.command);
    const auto begin = Clock::now();
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    expect_soon(clients, as(site, "alice"), c.after, begin, c.name);
  }
  const std::string token_of_before = as(site, "alice");
  site.gateway.add_user("alice", "another password");
  EXPECT_TRUE(eventually([&] { return site.get_as("alice", "/api/x").status == 200; })) << "once a second has passed";
  expect_all(clients, token_of_before, 401);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(UserChanges, OfRolesChangeWhatOneMayDoAndWhatTheUpstreamIsTold) {
  Site site([](GatewayConfig& config) {
    config.routes(
        "  - {name: office, match: {path: /office}, access: {roles: [admin]}, upstream: echo}\n"
        "  - {name: api, match: {path: /api/**}, upstream: echo}\n");
  });
  EXPECT_EQ(site.get_as("alice", "/office").status, 403);
  ASSERT_EQ(site.gateway.run({"user", "roles", "alice", "admin,staff"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return site.get_as("alice", "/office").status == 200; }, most_until_refused));
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  EXPECT_EQ(site.upstream.last().field("X-Forwarded-Groups"), "admin,staff");
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(AdminListener, TakesNoCallsFromWebPages) {
  Site site;
  const auto patch = [&](const std::string& fields) {
    return exchange(site.gateway.config().admin_port(),
                    "PATCH /v1/users/alice HTTP/1.1\r\n" + fields + "Content-Length: 17\r\n\r\n{\"disabled\":true}");
  };
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_EQ(patch("Host: 127.0.0.1\r\nOrigin: https://evil.test\r\n" + json).status, 403);
  EXPECT_EQ(patch("Host: rebound.evil.test\r\n" + json).status, 403) << "DNS rebinding";
  EXPECT_NE(patch("Host: 127.0.0.1\r\nContent-Type: text/plain\r\n").status, 200) << "what a form can send";
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(UserChanges, AnswerTheAdminWithWhatIsWrong) {
  Site site;
  EXPECT_EQ(site.gateway.admin("PATCH", "/v1/users/nobody", R"({"disabled":true})").status, 404);
  EXPECT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":"yes"})").status, 422);
  EXPECT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disbled":true})").status, 422);
  EXPECT_EQ(site.gateway.admin("GET", "/v1/users/nobody").status, 404);
  const Response user = site.gateway.admin("GET", "/v1/users/alice");
  EXPECT_EQ(user.status, 200);
  EXPECT_NE(user.content.find("\"alice@example.test\""), std::string::npos);
  EXPECT_EQ(user.content.find("$argon2"), std::string::npos);
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

std::vector<RawClient> clients_of(const Cluster& cluster) {
  std::vector<RawClient> clients = many_clients(cluster.first.gateway);
  for (int i = 0; i < 24; ++i) clients.emplace_back(cluster.second.port());
  return clients;
}

TEST(UserChangesInACluster, ReachEveryProcess) {
  Cluster cluster;
  ASSERT_TRUE(cluster.redis_is_up());
  std::vector<RawClient> clients = clients_of(cluster);
  const std::string as_alice = as(cluster.first, "alice");
  expect_all(clients, as_alice, 200);

  ASSERT_EQ(cluster.first.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status, 200);
  expect_soon(clients, as_alice, 401, Clock::now(), "PATCH on the first, both processes");
  ASSERT_EQ(cluster.second.admin("PATCH", "/v1/users/alice", R"({"disabled":false})").status, 200);
  EXPECT_TRUE(time_until(clients, as_alice, 200, Clock::now()));

  const CommandResult result = cluster.second.run({"user", "disable", "alice"});
  const auto begin = Clock::now();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_soon(clients, as_alice, 401, begin, "user disable, both processes");
  cluster.stop();
}

TEST(UserChangesInACluster, AreSeenWhileRedisIsKilledFrozenAndBack) {
  Cluster cluster;
  ASSERT_TRUE(cluster.redis_is_up());
  std::vector<RawClient> clients = clients_of(cluster);
  const std::string as_alice = as(cluster.first, "alice");
  const std::string as_root = as(cluster.first, "root");
  expect_all(clients, as_alice, 200);

  cluster.redis.stop();
  expect_all(clients, as_root, 200);
  EXPECT_EQ(cluster.first.gateway.run({"user", "disable", "alice"}).exit_code, 0);
  EXPECT_TRUE(time_until(clients, as_alice, 401, Clock::now())) << "Redis is dead, the store answers";
  expect_all(clients, as_root, 200);

  cluster.redis.start();
  ASSERT_TRUE(cluster.redis_is_up());
  expect_all(clients, as_alice, 401);
  ASSERT_EQ(cluster.second.run({"user", "enable", "alice"}).exit_code, 0);
  EXPECT_TRUE(time_until(clients, as_alice, 200, Clock::now())) << "Redis is back";

  cluster.redis.freeze();
  expect_all(clients, as_root, 200);
  EXPECT_EQ(cluster.first.gateway.run({"user", "disable", "alice"}).exit_code, 0);
  EXPECT_TRUE(time_until(clients, as_alice, 401, Clock::now())) << "Redis is frozen, the store answers";

  cluster.redis.thaw();
  ASSERT_TRUE(cluster.redis_is_up());
  expect_all(clients, as_alice, 401);
  expect_all(clients, as_root, 200);
  cluster.stop();
}

TEST(UserChangesInACluster, RedisHoldsNoSecretAndIsNotBelievedBlindly) {
  Cluster cluster;
  ASSERT_TRUE(cluster.redis_is_up());
  std::vector<RawClient> clients = clients_of(cluster);
  expect_all(clients, as(cluster.first, "alice"), 200);
  std::string all;
  const std::string keys = cluster.redis.command({"KEYS", "*"});
  EXPECT_NE(keys.find("alice"), std::string::npos);
  std::size_t begin = 0;
  while (begin < keys.size()) {
    const std::size_t end = std::min(keys.find('\n', begin), keys.size());
    const std::string key = keys.substr(begin, end - begin);
    if (!key.empty()) {
      all += cluster.redis.command({"GET", key});
      cluster.redis.command({"SET", key, "{\"garbage\": true"});
    }
    begin = end + 1;
  }
  EXPECT_EQ(all.find("$argon2"), std::string::npos);
  EXPECT_EQ(all.find(cluster.first.token("alice").substr(0, 20)), std::string::npos);
  std::vector<RawClient> fresh = clients_of(cluster);
  expect_all(fresh, as(cluster.first, "alice"), 200);
  expect_all(fresh, as(cluster.first, "bob"), 401);
  cluster.stop();
}

/// Not a database any more: taking the rights away would not keep root out.
void break_store(const Site& site) {
  const std::filesystem::path file = site.gateway.folder() / "users.db";
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
  std::filesystem::create_directory(file);
}

TEST(UserStoreTrouble, LeavesWhatTheCacheHoldsServing) {
  Site site([](GatewayConfig& config) {
    config.set("users", "{store: \"sqlite:users.db\", cache: {ttl: 60s, local_ttl: 60s}}");
  });
  ASSERT_EQ(site.get_as("alice", "/api/x").status, 200);
  ASSERT_EQ(site.get_as("bob", "/api/x").status, 401);
  break_store(site);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
    EXPECT_EQ(site.get_as("bob", "/api/x").status, 401);
  }
  EXPECT_EQ(site.get_as("root", "/api/x").status, 503) << "nobody has asked for root before";
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(UserStoreTrouble, Is503WithRetryAfterAndOpensNoDoor) {
  Site site([](GatewayConfig& config) {
    config.set("users", "{store: \"sqlite:users.db\", cache: {ttl: 100ms, local_ttl: 0s}}");
  });
  ASSERT_EQ(site.get_as("alice", "/api/x").status, 200);
  site.upstream.start_over();
  break_store(site);
  Response response;
  ASSERT_TRUE(eventually([&] {
    response = site.get_as("root", "/api/x");
    return response.status == 503;
  })) << response.status;
  EXPECT_FALSE(response.field("Retry-After").empty());
  EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
  const Response login = site.send(request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n",
                                           "username=alice&password=correct+horse+battery+staple"));
  EXPECT_EQ(login.status, 503);
  EXPECT_FALSE(login.field("Retry-After").empty());
  EXPECT_EQ(site.gateway.admin("GET", "/readyz").status, 503);
  EXPECT_EQ(site.gateway.admin("GET", "/healthz").status, 200);
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200) << "what needs no user goes on";
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
