#include <gtest/gtest.h>
#include <sched.h>

#include <csignal>
#include <future>
#include <string>

#include "support/certificates.h"
#include "support/load.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

TEST(Start, ServesOnlyWhenEverythingStands) {
  RecordingUpstream upstream;
  GatewayProcess gateway((GatewayConfig(upstream.port())));
  gateway.start();
  EXPECT_EQ(exchange(gateway.port(), request("GET", "/public/x")).status, 200) << "ready means serving";
  EXPECT_EQ(gateway.admin("GET", "/healthz").status, 200);
  const Response ready = gateway.admin("GET", "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_TRUE(ready.field("Content-Type").starts_with("application/json"));
  EXPECT_EQ(gateway.admin("GET", "/nothing").status, 404);
  EXPECT_EQ(gateway.admin("POST", "/healthz").status, 405);
  EXPECT_EQ(exchange(gateway.port(), request("GET", "/healthz")).status, 404) << "the admin's paths are the admin's";
  EXPECT_EQ(gateway.stop(), 0) << gateway.errors();
}

TEST(Start, NeedsNoUsersWhereEveryRouteIsPublic) {
  RecordingUpstream upstream;
  GatewayConfig config(upstream.port());
  config.unset("users").unset("tokens").unset("endpoints");
  config.routes("  - {name: all, match: {path: /**}, access: public, upstream: echo}\n");
  GatewayProcess gateway(config);
  gateway.start();
  EXPECT_EQ(exchange(gateway.port(), request("GET", "/x")).status, 200);
  EXPECT_EQ(exchange(gateway.port(), request("GET", "/x", "Authorization: Bearer e30.e30.AA\r\n")).status, 200)
      << "on a public route a bad token is nobody";
  EXPECT_EQ(gateway.admin("GET", "/v1/users/alice").status, 404);
  EXPECT_EQ(gateway.stop(), 0) << gateway.errors();
}

TEST(Start, HasAWorkerForEachCoreThatItMayUse) {
  cpu_set_t all;
  ASSERT_EQ(::sched_getaffinity(0, sizeof all, &all), 0);
  int first = 0;
  while (!CPU_ISSET(first, &all)) ++first;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  GatewayConfig config(1);
  config.set("workers", "auto");
  GatewayProcess gateway(config);
  ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);  // which the gateway inherits, as from a container
  gateway.start();
  ASSERT_EQ(::sched_setaffinity(0, sizeof all, &all), 0);
  EXPECT_TRUE(gateway.wait_for_log("serving with 1 workers")) << gateway.errors();
  EXPECT_EQ(gateway.stop(), 0);
}

TEST(Start, RefusesAConfigurationWithMistakesAndNamesThemAll) {
  GatewayConfig config(1);
  config.set("workers", "many").set("limits", "{request_headers: 4KiB}");
  GatewayProcess gateway(config);
  gateway.launch();
  EXPECT_EQ(gateway.wait_for_exit(), 2);
  EXPECT_NE(gateway.errors().find("gateway.yaml:"), std::string::npos) << gateway.errors();
  EXPECT_NE(gateway.errors().find("request_header"), std::string::npos);
  EXPECT_NE(gateway.errors().find("many"), std::string::npos);
}

TEST(Start, RefusesWhatItCannotOpen) {
  struct Case {
    const char* name;
    void (*change)(GatewayConfig&);
    const char* message;
  };
  const Case cases[] = {
      {"a user store in a folder that is missing",
       [](GatewayConfig& c) { c.set("users", "{store: \"sqlite:nowhere/users.db\"}"); }, "users.db"},
      {"a certificate that is missing",
       [](GatewayConfig& c) {
         c.set("listeners",
               "[{name: edge, address: \"127.0.0.1:1\", tls: {certificates: [{certificate: a.crt, private_key: "
               "a.key}]}}]");
       },
       "a.crt"},
      {"a key that is no key",
       [](GatewayConfig& c) {
         c.file("key.pem", "-----BEGIN NONSENSE-----\n");
         c.set("tokens", "{signing_keys: [{kid: a, algorithm: ES256, private_key: key.pem}]}");
       },
       "key.pem"},
      {"a secret that is too short", [](GatewayConfig& c) { c.file("secret", "too-short"); }, "HS256"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    GatewayConfig config(1);
    c.change(config);
    GatewayProcess gateway(config);
    gateway.launch();
    EXPECT_EQ(gateway.wait_for_exit(), 2);
    EXPECT_NE(gateway.errors().find(c.message), std::string::npos) << gateway.errors();
    EXPECT_EQ(gateway.errors().find("too-short"), std::string::npos) << "no secret in a message";
  }
}

TEST(Start, RefusesAPortThatSomebodyHas) {
  RecordingUpstream upstream;
  GatewayProcess first((GatewayConfig(upstream.port())));
  first.start();
  GatewayProcess second(first.config());
  second.launch();
  EXPECT_EQ(second.wait_for_exit(), 2);
  EXPECT_NE(second.errors().find(std::to_string(first.port())), std::string::npos) << second.errors();
  EXPECT_EQ(exchange(first.port(), request("GET", "/public/x")).status, 200);
  EXPECT_EQ(first.stop(), 0);
}

TEST(Start, WorksWhileTheUpstreamAndRedisAreDown) {
  Site site([](GatewayConfig& config) {
    config.set("users", "{store: \"sqlite:users.db\", cache: {redis: \"redis://127.0.0.1:1/0\"}}");
  });
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  EXPECT_EQ(site.get_as("bob", "/api/x").status, 401);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(Stop, EndsIdleConnections) {
  Site site;
  RawClient idle(site.gateway.port());
  RawClient used(site.gateway.port());
  ASSERT_EQ(used.exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(std::chrono::seconds(10)), 0);
  EXPECT_NE(idle.wait_for_end(), Ending::open);
  EXPECT_NE(used.wait_for_end(), Ending::open);
}

TEST(Stop, FailsNoRequestUnderLoad) {
  for (const char* const workers : {"1", "2"}) {
    SCOPED_TRACE(workers);
    Site site(
        [&](GatewayConfig& config) { config.set("workers", workers).with_tls({make_certificate("gateway.test")}); });
    Load load(site.gateway.port(), site.gateway.tls_port(), request("GET", "/api/x", bearer(site.token("alice"))), {});
    ASSERT_TRUE(load.goes_on());
    load.expect_refusal();
    EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
    EXPECT_TRUE(load.wait_for_refusal());
    load.stop();
    EXPECT_EQ(load.failures(), std::vector<std::string>{}) << "of " << load.good();
  }
}

TEST(Stop, LetsWhatIsUnderWayFinish) {
  for (const int signal : {SIGTERM, SIGINT}) {
    Site site([](GatewayConfig& config) { config.set("workers", "2"); });
    std::promise<void> go;
    const std::shared_future<void> may_go = go.get_future();
    site.upstream.behave([&](UpstreamExchange& exchange) {
      if (exchange.request().target != "/public/x") return RecordingUpstream::answer_normally(exchange);
      exchange.read_content();
      exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
      may_go.wait_for(patience);
      exchange.send("final");
    });
    RawClient connection(site.gateway.port());
    connection.send(request("GET", "/public/x"));
    ASSERT_TRUE(site.upstream.wait_for_requests(1));
    site.gateway.send_signal(signal);
    EXPECT_TRUE(eventually([&] {
      try {
        return exchange(site.gateway.port(), request("GET", "/public/y")).status == 0;
      } catch (const std::runtime_error&) {
        return true;  // nobody listens any more
      }
    }));
    EXPECT_FALSE(site.gateway.wait_for_exit(std::chrono::milliseconds(200))) << "it waits for the exchange";
    go.set_value();
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content, "firstfinal");
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    EXPECT_EQ(site.gateway.wait_for_exit(), 0) << site.gateway.errors();
  }
}

TEST(Stop, CutsWhatDoesNotFinishInTime) {
  Site site([](GatewayConfig& config) { config.set("limits", "{drain_timeout: 300ms}"); });
  site.upstream.behave([](UpstreamExchange& exchange) { exchange.wait_for_end(); });
  RawClient connection(site.gateway.port());
  connection.send(request("GET", "/public/x"));
  ASSERT_TRUE(site.upstream.wait_for_requests(1));
  EXPECT_EQ(site.gateway.stop(), 0);
  EXPECT_FALSE(connection.read_response().complete);
}

TEST(Stop, SaysThatItIsNotReadyWhileItDrains) {
  Site site;
  std::promise<void> go;
  const std::shared_future<void> may_go = go.get_future();
  site.upstream.behave([&](UpstreamExchange& exchange) {
    may_go.wait_for(patience);
    exchange.answer("late");
  });
  RawClient connection(site.gateway.port());
  connection.send(request("GET", "/public/x"));
  ASSERT_TRUE(site.upstream.wait_for_requests(1));
  site.gateway.send_signal(SIGTERM);
  EXPECT_TRUE(eventually([&] { return site.gateway.admin("GET", "/readyz").status == 503; }));
  EXPECT_EQ(site.gateway.admin("GET", "/healthz").status, 200);
  go.set_value();
  EXPECT_EQ(connection.read_response().content, "late");
  EXPECT_EQ(site.gateway.wait_for_exit(), 0);
}

TEST(Stop, IsNotReadyForAWhileBeforeItStopsToAccept) {
  Site site([](GatewayConfig& config) { config.set("limits", "{drain_delay: 2s}"); });
  const auto begin = std::chrono::steady_clock::now();
  site.gateway.send_signal(SIGTERM);
  EXPECT_TRUE(eventually([&] { return site.gateway.admin("GET", "/readyz").status == 503; }));
  const Response meanwhile = site.send(request("GET", "/public/x"));
  const bool in_the_delay = std::chrono::steady_clock::now() - begin < std::chrono::seconds(2);
  if (in_the_delay) {
    EXPECT_EQ(meanwhile.status, 200) << "a load balancer that has not looked yet sends on";
  }
  EXPECT_EQ(site.gateway.wait_for_exit(), 0) << site.gateway.errors();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Stop, CutsAtOnceOnASecondSignal) {
  Site site([](GatewayConfig& config) { config.set("limits", "{drain_delay: 1m, drain_timeout: 1h}"); });
  site.upstream.behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    exchange.wait_for_end();
  });
  RawClient connection(site.gateway.port());
  connection.send(request("GET", "/public/x"));
  ASSERT_NE(connection.read_until("half"), "");
  site.gateway.send_signal(SIGTERM);
  ASSERT_TRUE(site.gateway.wait_for_log("draining"));
  EXPECT_FALSE(site.gateway.wait_for_exit(std::chrono::milliseconds(300)));
  site.gateway.send_signal(SIGINT);
  EXPECT_EQ(connection.wait_for_end(), Ending::reset) << "nobody takes what came for the whole";
  EXPECT_EQ(site.gateway.wait_for_exit(), 0) << site.gateway.errors();
}

}  // namespace
}  // namespace bearward::testing
