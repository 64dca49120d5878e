// A connection that has switched protocols (101): WebSocket and any other that carries no HTTP.
#include <gtest/gtest.h>

#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "support/site.h"
#include "support/tls_client.h"
#include "support/tls_upstream.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t MiB = 1024 * 1024;
constexpr std::size_t most_under_way = 32 * MiB;  // as in content_test.cpp
constexpr std::chrono::milliseconds stalled_after{700};

std::string switching_to(std::string_view protocol) {
  return "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: " + std::string(protocol) + "\r\n\r\n";
}

std::string asking_for(std::string_view protocol) {
  return "Connection: Upgrade\r\nUpgrade: " + std::string(protocol) + "\r\n";
}

/// Agrees to whatever is asked for, then sends back what comes; says `bye` when the client has ended, and ends.
void echo(UpstreamExchange& exchange) {
  exchange.send(switching_to(exchange.request().field("Upgrade")));
  for (std::string bytes = exchange.read_some(); !bytes.empty(); bytes = exchange.read_some()) exchange.send(bytes);
  exchange.send("bye");
  exchange.close();
}

class TunnelTest : public SharedSiteTest<TunnelTest> {
 public:
  static void configure(GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test")});
    config.routes(R"(
  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - {name: none, match: {path: /none/**}, access: public, upstream: echo, upgrade: none}
  - {name: listed, match: {path: /listed/**}, access: public, upstream: echo, upgrade: [websocket, mine/2]}
  - {name: brief, match: {path: /brief/**}, access: public, upstream: echo, timeouts: {tunnel: 400ms}}
  - {name: half, match: {path: /half/**}, access: public, upstream: echo, timeouts: {idle: 400ms}}
  - {name: young, match: {path: /young/**}, access: public, upstream: echo, max_stream_age: 500ms}
)");
  }

 protected:
  static RawClient open(std::string_view target = "/public/x", std::string_view protocol = "echo") {
    RawClient connection = client();
    connection.send(request("GET", target, asking_for(protocol)));
    EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 101 ")) << target;
    return connection;
  }

  static bool logged(std::string_view target, std::string_view what) {
    return eventually([&] {
      const std::string log = site().gateway.output();
      const std::size_t line = log.find("\"path\":\"" + std::string(target) + "\"");
      const std::size_t end = line == std::string::npos ? line : log.find('\n', line);
      return end != std::string::npos && log.substr(line, end - line).find(what) != std::string::npos;
    });
  }
};

TEST_F(TunnelTest, CarriesBytesBothWaysOnceTheUpstreamHasSwitched) {
  upstream().behave(echo);
  RawClient connection = client();
  const std::string spoofed = "X-Forwarded-User: root\r\n";
  connection.send(request("GET", "/api/socket?a=b",
                          bearer(site().token("alice")) + spoofed + "Connection: keep-alive, Upgrade\r\n" +
                              "Upgrade: WebSocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
  const FieldLines answer = FieldLines::parse(connection.read_head());
  EXPECT_EQ(answer.get("Upgrade"), "WebSocket");
  EXPECT_EQ(answer.get("Connection"), "upgrade");
  const std::string bytes("\x00\xff\r\n\r\nGET /api/x HTTP/1.1\r\n\r\n", 28);
  connection.send(bytes);
  EXPECT_EQ(connection.read_until(bytes), bytes);

  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.target, "/api/socket?a=b");
  EXPECT_EQ(seen.field("Connection"), "upgrade");
  EXPECT_EQ(seen.field("Upgrade"), "WebSocket");
  EXPECT_EQ(seen.field("Sec-WebSocket-Key"), "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(seen.field("X-Forwarded-User"), "alice");
  EXPECT_EQ(seen.fields.count_folded("Authorization"), 0U);
  EXPECT_EQ(upstream().requests().size(), 1U) << "what is in the tunnel is no request";

  connection.socket().end_writing();
  EXPECT_EQ(connection.read_until("bye"), "bye");
  EXPECT_EQ(connection.wait_for_end(), Ending::ended);
  EXPECT_TRUE(logged("/api/socket", "\"status\":101,\"bytes\":31,\"bytes_received\":28,"));
}

TEST_F(TunnelTest, NobodyOpensOneWhomTheRouteRefuses) {
  upstream().behave(echo);
  EXPECT_EQ(send(request("GET", "/api/x", asking_for("websocket"))).status, 401);
  EXPECT_EQ(get_as("bob", "/api/x", asking_for("websocket")).status, 401);
  EXPECT_TRUE(upstream().requests().empty());
}

TEST_F(TunnelTest, OnlyWhatIsAskedForInOneWayIsAskedOfTheUpstream) {
  struct Case {
    const char* name;
    std::string target;
    std::string fields;
    std::string upgrade;  // as the upstream sees it
    std::string version = "1.1";
  };
  const Case cases[] = {
      {"WebSocket", "/public/x", asking_for("websocket"), "websocket"},
      {"any other", "/public/x", asking_for("tcp"), "tcp"},
      {"with a version", "/public/x", asking_for("IRC/6.9"), "IRC/6.9"},
      {"HTTP/2 would pass by every policy", "/public/x", asking_for("h2c") + "HTTP2-Settings: AAMAAABk\r\n", ""},
      {"in capitals", "/public/x", asking_for("H2C"), ""},
      {"another name of it", "/public/x", asking_for("HTTP/2.0"), ""},
      {"and TLS, in which it may run", "/public/x", asking_for("TLS/1.3"), ""},
      {"one of them is HTTP/2", "/public/x", asking_for("websocket, h2c"), ""},
      {"two in a list", "/public/x", asking_for("a, b"), ""},
      {"two fields", "/public/x", asking_for("a") + "Upgrade: b\r\n", ""},
      {"the same twice", "/public/x", asking_for("websocket") + "Upgrade: websocket\r\n", ""},
      {"no protocol", "/public/x", asking_for(""), ""},
      {"malformed", "/public/x", asking_for("web socket"), ""},
      {"malformed version", "/public/x", asking_for("a/"), ""},
      {"not named by Connection", "/public/x", "Upgrade: websocket\r\n", ""},
      {"Connection alone", "/public/x", "Connection: upgrade\r\n", ""},
      {"an old client cannot", "/public/x", asking_for("websocket"), "", "1.0"},
      {"the route has none", "/none/x", asking_for("websocket"), ""},
      {"the route lists it", "/listed/x", asking_for("WebSocket"), "WebSocket"},
      {"any version", "/listed/x", asking_for("websocket/13"), "websocket/13"},
      {"that version", "/listed/x", asking_for("mine/2"), "mine/2"},
      {"not that one", "/listed/x", asking_for("mine/3"), ""},
      {"nor without", "/listed/x", asking_for("mine"), ""},
      {"the route does not list it", "/listed/x", asking_for("other"), ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::string text = request("GET", c.target, c.fields);
    text.replace(text.find("HTTP/1.1") + 5, 3, c.version);
    const Response response = send(text);
    EXPECT_EQ(response.status, 200) << "the upstream is free to stay with HTTP";
    EXPECT_EQ(response.field("Upgrade"), "");
    EXPECT_EQ(upstream().last().field("Upgrade"), c.upgrade);
    EXPECT_EQ(upstream().last().field("Connection"), c.upgrade.empty() ? "" : "upgrade");
    EXPECT_EQ(upstream().last().fields.count_folded("Upgrade"), c.upgrade.empty() ? 0U : 1U);
  }
}

TEST_F(TunnelTest, ASwitchThatNobodyAskedForIsABadAnswer) {
  struct Case {
    const char* name;
    std::string fields;
    std::string answer;
  };
  const Case cases[] = {
      {"unasked", "", switching_to("websocket")},
      {"asked for, but not passed on", asking_for("h2c"), switching_to("h2c")},
      {"to another protocol", asking_for("websocket"), switching_to("h2c")},
      {"to another version", asking_for("a/1"), switching_to("a/2")},
      {"to two", asking_for("websocket"), switching_to("websocket, a")},
      {"in two fields", asking_for("websocket"),
       "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: websocket\r\nUpgrade: a\r\n\r\n"},
      {"to nothing", asking_for("websocket"), "HTTP/1.1 101 X\r\nConnection: upgrade\r\n\r\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::promise<Ending> ending;
    upstream().behave([&](UpstreamExchange& exchange) {
      exchange.send(c.answer + "smuggled");
      ending.set_value(exchange.wait_for_end());
      exchange.close();
    });
    RawClient connection = client();
    const Response response = connection.exchange(request("GET", "/public/x", c.fields));
    EXPECT_EQ(response.status, 502);
    EXPECT_EQ(response.content.find("smuggled"), std::string::npos);
    EXPECT_NE(ending.get_future().get(), Ending::open) << "that connection is used no more";
    upstream().start_over();
    EXPECT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
  }
}

TEST_F(TunnelTest, WithoutTheSwitchWhatFollowsIsTheNextRequest) {
  RawClient connection = client();
  connection.send(request("GET", "/public/1", asking_for("websocket")) + request("GET", "/api/2") +
                  request("GET", "/public/3"));
  EXPECT_EQ(connection.read_response().content, "GET /public/1 0\n");
  EXPECT_EQ(connection.read_response().status, 401) << "a tunnel that never opened carries nothing past the policy";
  EXPECT_EQ(connection.read_response().content, "GET /public/3 0\n");
  EXPECT_EQ(upstream().requests().size(), 2U);
}

TEST_F(TunnelTest, AnUpstreamThatWantsAnotherProtocolSaysWhich) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send(
        "HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");
  });
  const Response response = client().exchange(request("GET", "/public/x"));
  EXPECT_EQ(response.status, 426);
  EXPECT_EQ(response.field("Upgrade"), "websocket");
  EXPECT_EQ(response.field("Connection"), "upgrade");
}

TEST_F(TunnelTest, BytesRightBehindTheHeadsBelongToIt) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo") + "hello");
    std::string got;
    while (!got.ends_with("early and late")) {
      const std::string bytes = exchange.read_some();
      if (bytes.empty()) return exchange.close();
      got += bytes;
    }
    exchange.send("got " + got);
    exchange.close();
  });
  RawClient connection = client();
  connection.send(request("GET", "/public/x", asking_for("echo")) + "early ");
  EXPECT_FALSE(connection.read_head().empty());
  EXPECT_EQ(connection.read_until("hello"), "hello");
  connection.send("and late");
  EXPECT_EQ(connection.read_until("late"), "got early and late");
}

TEST_F(TunnelTest, OpensAfterTheRequestsContentHasGone) {
  for (const bool early : {false, true}) {
    SCOPED_TRACE(early ? "the upstream switches before it has the content" : "after");
    upstream().behave([&](UpstreamExchange& exchange) {
      if (early) exchange.send(switching_to("tcp"));
      const bool whole = exchange.read_content();
      if (!early) exchange.send(switching_to("tcp"));
      exchange.send(whole ? "content " + exchange.request().content + ", then " : "broken off");
      exchange.send(exchange.read_some());
      exchange.close();
    });
    RawClient connection = client();
    connection.send(request("POST", "/public/x", asking_for("tcp") + "Content-Length: 7\r\n") + "abc");
    ASSERT_TRUE(upstream().wait_for_requests(1));
    connection.send("defgtunnel");
    EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(connection.read_until("tunnel"), "content abcdefg, then tunnel");
    upstream().start_over();
  }
}

TEST_F(TunnelTest, EitherSideMayEndWhileTheOtherGoesOn) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo") + "last words");
    exchange.socket().end_writing();
    std::string got;
    for (std::string bytes = exchange.read_some(); !bytes.empty(); bytes = exchange.read_some()) got += bytes;
    EXPECT_EQ(got, "one two");
  });
  RawClient connection = open("/public/half");
  EXPECT_EQ(connection.read_until("last words"), "last words");
  EXPECT_EQ(connection.wait_for_end(), Ending::ended);
  connection.send("one ");
  connection.send("two");
  connection.socket().end_writing();
  EXPECT_TRUE(logged("/public/half", "\"bytes\":10,\"bytes_received\":7,"));
}

TEST_F(TunnelTest, AResetOnOneSideIsAResetOnTheOther) {
  std::promise<Ending> ending;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo"));
    ending.set_value(exchange.wait_for_end());
    exchange.close();
  });
  open().socket().reset();
  EXPECT_EQ(ending.get_future().get(), Ending::reset);

  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo") + "first");
    exchange.read_some();
    exchange.reset();
  });
  RawClient connection = open();
  EXPECT_EQ(connection.read_until("first"), "first");
  connection.send("go");
  EXPECT_EQ(connection.wait_for_end(), Ending::reset);
}

TEST_F(TunnelTest, AClientThatStopsReadingStopsTheUpstream) {
  constexpr std::size_t much = 256 * MiB;
  std::promise<std::size_t> taken;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo"));
    taken.set_value(exchange.socket().send_until_stalled(std::string(MiB, 'x'), much, stalled_after));
    exchange.socket().send_until_stalled(std::string(MiB, 'x'), much, patience);
  });
  RawClient connection(site().gateway.port(), 64 * 1024);
  connection.send(request("GET", "/public/x", asking_for("echo")));
  EXPECT_LT(taken.get_future().get(), most_under_way);
  EXPECT_FALSE(connection.read_head().empty());
  for (std::size_t got = 0; got < 2 * most_under_way;) {
    const Received received = connection.socket().receive();
    ASSERT_FALSE(received.bytes.empty());
    got += received.bytes.size();
  }
  connection.socket().reset();
}

TEST_F(TunnelTest, AnUpstreamThatStopsReadingStopsTheClientAndLosesNothing) {
  constexpr std::size_t much = 64 * MiB;
  std::promise<void> reading;
  std::promise<std::size_t> got;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo"));
    exchange.send("while it stalls");
    reading.get_future().wait_for(patience);
    std::size_t seen = 0;
    for (std::string bytes = exchange.read_some(); !bytes.empty(); bytes = exchange.read_some()) seen += bytes.size();
    got.set_value(seen);
    exchange.close();
  });
  RawClient connection = open();
  const std::string piece(MiB, 'x');
  const std::size_t sent = connection.socket().send_until_stalled(piece, much, stalled_after);
  EXPECT_LT(sent, most_under_way);
  EXPECT_EQ(connection.read_until("stalls"), "while it stalls") << "one direction never waits for the other";
  reading.set_value();
  EXPECT_EQ(connection.socket().send_until_stalled(piece, much - sent, patience), much - sent);
  connection.socket().end_writing();
  EXPECT_EQ(got.get_future().get(), much);
}

TEST_F(TunnelTest, OneThatIdlesIsCutAndOneThatDoesNotGoesOn) {
  upstream().behave(echo);
  const auto begun = std::chrono::steady_clock::now();
  RawClient connection = open("/brief/idle");
  EXPECT_EQ(connection.wait_for_end(), Ending::reset);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 400ms);
  EXPECT_TRUE(logged("/brief/idle", "\"reason\":\"stream:idle_timeout\""));
  EXPECT_TRUE(logged("/brief/idle", "\"end\":\"cut short\""));

  std::promise<std::string> got;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo"));
    std::string all;
    for (std::string bytes = exchange.read_some(); !bytes.empty(); bytes = exchange.read_some()) all += bytes;
    got.set_value(all);
    exchange.close();
  });
  RawClient busy = open("/brief/busy");
  for (int i = 0; i < 12; ++i) {  // bytes one way alone keep it open
    ASSERT_TRUE(busy.send("x"));
    std::this_thread::sleep_for(100ms);
  }
  busy.socket().end_writing();
  EXPECT_EQ(got.get_future().get(), std::string(12, 'x'));
}

TEST_F(TunnelTest, OneThatIsHalfClosedDoesNotWaitForAnHour) {
  std::promise<void> over;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send(switching_to("echo"));
    over.get_future().wait_for(patience);  // and never ends
    exchange.close();
  });
  RawClient connection = open("/half/x");
  const auto begun = std::chrono::steady_clock::now();
  connection.socket().end_writing();
  EXPECT_EQ(connection.wait_for_end(), Ending::reset);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 400ms);
  over.set_value();
  EXPECT_TRUE(logged("/half/x", "\"reason\":\"stream:idle_timeout\""));
}

TEST_F(TunnelTest, EndsByTheRoutesMaxStreamAgeHoweverBusyItIs) {
  upstream().behave(echo);
  RawClient connection = open("/young/x");
  const auto begun = std::chrono::steady_clock::now();
  while (connection.send("x") && std::chrono::steady_clock::now() - begun < patience) {
    if (connection.socket().receive(20ms).ending != Ending::open) break;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
  EXPECT_TRUE(logged("/young/x", "\"reason\":\"stream:max_stream_age\""));
}

TEST_F(TunnelTest, RunsInsideTls) {
  upstream().behave(echo);
  TlsClient connection(site().gateway.tls_port());
  connection.send(request("GET", "/public/tls", asking_for("websocket")) + "early");
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 101 "));
  EXPECT_EQ(connection.read_until("early"), "early");
  for (int i = 0; i < 64; ++i) {
    const std::string piece = std::string(48 * 1024, static_cast<char>('A' + i % 26)) + std::to_string(i) + ".";
    ASSERT_TRUE(connection.send(piece));
    EXPECT_EQ(connection.read_until(std::to_string(i) + "."), piece);
  }
}

TEST(TunnelToATlsUpstream, CarriesBytesBothWays) {
  const TlsUpstream upstream(make_certificate("legacy.test"));
  Site site([&](GatewayConfig& config) {
    config.set("upstreams", "{echo: {targets: [\"https://127.0.0.1:" + std::to_string(upstream.port()) +
                                "\"], tls: {verify: false}}}");
  });
  RawClient connection(site.gateway.port());
  connection.send(request("GET", "/public/x", asking_for("echo")));
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 101 "));
  for (int i = 0; i < 8; ++i) {
    const std::string piece = std::string(100'000, 'z') + std::to_string(i) + ".";
    connection.send(piece);
    EXPECT_EQ(connection.read_until(std::to_string(i) + "."), piece);
  }
  connection.socket().end_writing();
  EXPECT_EQ(connection.wait_for_end(), Ending::ended);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(TunnelWhileDraining, GoesOnUntilDrainTimeout) {
  for (const bool ends : {true, false}) {
    SCOPED_TRACE(ends ? "ends by itself" : "does not end");
    Site site(
        [&](GatewayConfig& config) { config.set("limits", ends ? "{drain_timeout: 1m}" : "{drain_timeout: 1s}"); });
    site.upstream.behave(echo);
    RawClient connection(site.gateway.port());
    connection.send(request("GET", "/public/x", asking_for("echo")));
    EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 101 "));
    site.gateway.send_signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return site.gateway.admin("GET", "/readyz").status == 503; }));
    connection.send("still here");
    EXPECT_EQ(connection.read_until("still here"), "still here");
    if (ends) connection.socket().end_writing();
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    EXPECT_EQ(site.gateway.wait_for_exit(), 0) << site.gateway.errors();
  }
}

}  // namespace
}  // namespace bearward::testing
