#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

class RateLimits : public SharedSiteTest<RateLimits> {
 public:
  static constexpr int budget = 40;

  static void configure(GatewayConfig& config) {
    config.set("workers", "2").set("trusted_proxies", "[127.0.0.1/32]").routes(routes("per: 24h"));
  }
  static std::string routes(const std::string& per) {
    const auto route = [&](const std::string& name, const std::string& access, const std::string& limit) {
      return "  - {name: " + name + ", match: {path: /" + name + "/**}, access: " + access +
             ", upstream: echo, rate_limit: {" + limit + "}}\n";
    };
    return route("shared", "public", "requests: 40, per: 24h, by: route") +
           route("mine", "authenticated", "requests: 2, " + per + ", by: user") +
           route("open", "public", "requests: 2, " + per + ", by: user") +
           route("staff", "{roles: [admin]}", "requests: 1, " + per);
  }
};

TEST_F(RateLimits, AreExactOverAllWorkers) {
  std::atomic<int> allowed = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        for (int n = 0; n < budget / 2; ++n) {  // a connection each: the kernel spreads them over the workers
          const int status = send(request("GET", "/shared/x")).status;
          if (status == 200) ++allowed;
          if (status == 429) ++refused;
        }
      });
    }
  }
  EXPECT_EQ(allowed, budget);
  EXPECT_EQ(refused, budget);
}

TEST_F(RateLimits, TellWhatIsLeftAndWhenToComeBack) {
  for (const char* left : {"1", "0"}) {
    const Response response = get_as("alice", "/mine/x");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("RateLimit-Limit"), "2");
    EXPECT_EQ(response.field("RateLimit-Remaining"), left);
  }
  upstream().start_over();
  const Response refused = get_as("alice", "/mine/x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("RateLimit-Remaining"), "0");
  EXPECT_EQ(refused.field("Retry-After"), refused.field("RateLimit-Reset"));
  EXPECT_GT(std::stoi("0" + refused.field("Retry-After")), 40'000);
  EXPECT_EQ(refused.field("Content-Type"), "application/problem+json");
  EXPECT_NE(refused.field("X-Request-Id"), "");
  EXPECT_EQ(upstream().received_bytes(), 0);
  EXPECT_EQ(get_as("root", "/mine/x").status, 200) << "another user has a budget of its own";
}

TEST_F(RateLimits, CountWhoeverIsNobodyByTheAddressThatIsBelieved) {
  const auto from = [](const std::string& address) {
    return send(request("GET", "/open/x", "X-Forwarded-For: " + address + "\r\n")).status;
  };
  EXPECT_EQ(from("203.0.113.1"), 200);
  EXPECT_EQ(from("203.0.113.1"), 200);
  EXPECT_EQ(from("203.0.113.1"), 429);
  EXPECT_EQ(from("203.0.113.2"), 200);
}

TEST_F(RateLimits, AreAskedLastSoThatARefusalCostsNothing) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get_as("alice", "/staff/x").status, 403);
  EXPECT_EQ(get_as("root", "/staff/x").status, 200);
  EXPECT_EQ(get_as("root", "/staff/x").status, 429);
  EXPECT_EQ(get_as("alice", "/staff/x").status, 403);
}

TEST(RateLimitsAndReload, KeepTheirStateUnlessTheLimitChanges) {
  Site site([](GatewayConfig& config) { config.routes(RateLimits::routes("per: 24h")); });
  for (int i = 0; i < 2; ++i) EXPECT_EQ(site.get_as("alice", "/mine/x").status, 200);
  EXPECT_EQ(site.get_as("alice", "/mine/x").status, 429);
  EXPECT_EQ(site.gateway.reload().status, 200);
  EXPECT_EQ(site.get_as("alice", "/mine/x").status, 429);
  site.gateway.config().routes(RateLimits::routes("per: 23h")).set("compatibility", "fastapi");
  site.gateway.write_files();
  EXPECT_EQ(site.gateway.reload().status, 200);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(site.get_as("alice", "/mine/x").status, 200);
  const Response refused = site.get_as("alice", "/mine/x");
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.content.starts_with("{\"detail\":")) << refused.content;
}

}  // namespace
}  // namespace bearward::testing
