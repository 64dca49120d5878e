#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>
#include <thread>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

/// Holds the gateway up so that its timer is late several times in a row, as too much work would.
void hold_up(const GatewayProcess& gateway) {
  for (int i = 0; i < 4; ++i) {
    gateway.send_signal(SIGSTOP);
    std::this_thread::sleep_for(350ms);  // the time is what is tested: how late a tick is
    gateway.send_signal(SIGCONT);
    std::this_thread::sleep_for(5ms);
  }
}

TEST(Overload, ShedsWhatCostsMostAndServesTheRest) {
  Site site([](GatewayConfig& config) { config.set("limits", "{overload_lag: 100ms}"); });
  RawClient there(site.gateway.port());
  const std::string known = bearer(site.token("alice"));
  ASSERT_EQ(there.exchange(request("GET", "/api/x", known)).status, 200);
  RawClient login(site.gateway.port());
  ASSERT_EQ(login.exchange(request("GET", "/public/x")).status, 200);
  const std::string form = "username=alice&password=wrong";
  const std::string post = request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n", form);

  // It ends half a second after the gateway is let go: a slow machine may miss it, and holds it up again.
  Response unknown_token;
  for (int attempt = 0; attempt < 20 && unknown_token.status != 503; ++attempt) {
    hold_up(site.gateway);
    unknown_token = there.exchange(request("GET", "/api/x", bearer(site.token("root"))));
    if (unknown_token.status != 503) continue;
    const Response known_token = there.exchange(request("GET", "/api/x", known));
    const Response in_public = there.exchange(request("GET", "/public/x"));
    const Response refused = login.exchange(post);
    const bool lasted = there.exchange(request("GET", "/api/x", bearer(site.token("root")))).status == 503;
    if (!lasted) {
      unknown_token.status = 0;
      continue;
    }
    EXPECT_EQ(known_token.status, 200);
    EXPECT_EQ(in_public.status, 200);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.field("Retry-After"), "1");
    EXPECT_EQ(site.gateway.admin("GET", "/readyz").status, 200);
  }
  ASSERT_EQ(unknown_token.status, 503);
  EXPECT_EQ(unknown_token.field("Retry-After"), "1");
  EXPECT_TRUE(site.gateway.wait_for_log("ms behind; it accepts no connections"));

  EXPECT_TRUE(site.gateway.wait_for_log("overload has ended"));
  EXPECT_TRUE(eventually([&] { return site.send(post).status == 400; }));
  EXPECT_EQ(site.get_as("root", "/api/x").status, 200);
}

TEST(Overload, TurnedOffShedsNothing) {
  Site site([](GatewayConfig& config) { config.set("limits", "{overload_lag: 0s}"); });
  RawClient there(site.gateway.port());
  hold_up(site.gateway);
  EXPECT_EQ(there.exchange(request("GET", "/api/x", bearer(site.token("root")))).status, 200);
  EXPECT_EQ(site.gateway.errors().find("overload"), std::string::npos);
}

}  // namespace
}  // namespace bearward::testing
