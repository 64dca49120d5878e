// What a WebSocket's client is told when the gateway ends it: a Close frame, where one can stand.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

const std::string hello("\x81\x05hello", 7);
const std::string going_away("\x88\x02\x03\xe9", 4);        // 1001
const std::string policy_violation("\x88\x02\x03\xf0", 4);  // 1008

void configure(GatewayConfig& config) {
  config.set("limits", "{drain_timeout: 300ms}");
  config.with_tls({make_certificate("gateway.test")});
  config.routes(
      "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
      "  - {name: brief, match: {path: /brief/**}, upstream: echo, timeouts: {tunnel: 300ms}}\n"
      "  - {name: young, match: {path: /young/**}, upstream: echo, max_stream_age: 300ms}\n");
}

/// Switches, sends `first` and then nothing until the gateway has had enough.
RecordingUpstream::Behaviour serving(const std::string& first) {
  return [first](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: " +
                  exchange.request().field("Upgrade") + "\r\n\r\n" + first);
    exchange.wait_for_end();
    exchange.close();
  };
}

std::string opening(const Site& site, std::string_view target, std::string_view protocol = "websocket") {
  return request("GET", target,
                 bearer(site.token("alice")) + "Connection: Upgrade\r\nUpgrade: " + std::string(protocol) + "\r\n");
}

TEST(WebSocket, SaysThatItsUserHasLostAccess) {
  struct Case {
    const char* name;
    std::string first;
    std::string last;  // what follows `first`; empty: a reset
    std::string protocol = "websocket";
  };
  const Case cases[] = {
      {"between two frames", hello, policy_violation},
      {"between two fragments", std::string("\x01\x03one", 5), policy_violation},
      {"in the middle of a frame", hello.substr(0, 4), ""},
      {"in the middle of a header", hello + hello.substr(0, 1), ""},
      {"after the server's own Close", hello + going_away, ""},
      {"another version's name", hello, policy_violation, "WebSocket"},
      {"another protocol", hello, "", "echo"},
  };
  Site site(configure);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    site.upstream.behave(serving(c.first));
    RawClient client(site.gateway.port());
    client.send(opening(site, "/api/x", c.protocol));
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(client.read_until(c.first), c.first);
    ASSERT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":true})").status, 200);
    if (!c.last.empty()) {
      EXPECT_EQ(client.read_until(c.last), c.last);
      client.send(std::string("\x88\x82mask\x6e\x91", 8));  // as clients answer
      client.socket().end_writing();
      EXPECT_EQ(client.wait_for_end(), Ending::ended) << "in order: it is to read what it was told";
    } else {
      EXPECT_EQ(client.wait_for_end(), Ending::reset);
    }
    ASSERT_EQ(site.gateway.admin("PATCH", "/v1/users/alice", R"({"disabled":false})").status, 200);
    site.upstream.start_over();
    ASSERT_TRUE(eventually([&] { return site.get_as("alice", "/api/y").status == 200; }));
  }
  EXPECT_TRUE(site.gateway.wait_for_log("\"reason\":\"stream:user_disabled\""));
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(WebSocket, SaysThatItGoesAway) {
  Site site(configure);
  struct Case {
    const char* target;
    const char* reason;
  };
  for (const Case& c :
       {Case{"/brief/x", "idle_timeout"}, Case{"/young/x", "max_stream_age"}, Case{"/api/x", "going_away"}}) {
    SCOPED_TRACE(c.target);
    site.upstream.behave(serving(hello));
    TlsClient client(site.gateway.tls_port());
    client.send(opening(site, c.target));
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(client.read_until(hello), hello);
    if (std::string_view(c.reason) == "going_away") site.gateway.send_signal(SIGTERM);
    EXPECT_EQ(client.read_until(going_away), going_away);
    EXPECT_EQ(client.wait_for_end(), Ending::ended);
    EXPECT_TRUE(site.gateway.wait_for_log("\"reason\":\"stream:" + std::string(c.reason) + "\""));
  }
  EXPECT_EQ(site.gateway.wait_for_exit(), 0) << site.gateway.errors();
}

}  // namespace
}  // namespace bearward::testing
