#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "support/certificates.h"
#include "support/load.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

const char* const with_new_route =
    "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
    "  - {name: api, match: {path: /api/**}, access: deny, upstream: echo}\n"
    "  - {name: fresh, match: {path: /fresh/**}, access: public, upstream: echo}\n";

class Reload : public ::testing::Test {
 protected:
  int status_of(std::string_view target) const { return site.send(request("GET", target)).status; }
  void write_routes(const std::string& routes) {
    site.gateway.config().routes(routes);
    site.gateway.write_files();
  }
  void TearDown() override { EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors(); }

  Site site{[](GatewayConfig& config) { config.set("workers", "2"); }};
};

TEST_F(Reload, TakesANewConfigurationAtOnce) {
  RawClient connection(site.gateway.port());
  EXPECT_EQ(connection.exchange(request("GET", "/fresh/x")).status, 404);
  write_routes(with_new_route);
  const Response reloaded = site.gateway.reload();
  EXPECT_EQ(reloaded.status, 200) << reloaded.content;
  // The workers have it as soon as they come to it; the same connection serves on.
  EXPECT_TRUE(eventually([&] { return connection.exchange(request("GET", "/fresh/x")).status == 200; }));
  EXPECT_TRUE(eventually([&] { return site.get_as("alice", "/api/x").status == 403; }));
}

TEST_F(Reload, TakesItOnSighupToo) {
  write_routes(with_new_route);
  site.gateway.send_signal(SIGHUP);
  EXPECT_TRUE(eventually([&] { return status_of("/fresh/x") == 200; }));
}

TEST_F(Reload, TakesAChangedFileWithoutBeingAsked) {
  write_routes(with_new_route);
  EXPECT_TRUE(eventually([&] { return status_of("/fresh/x") == 200; }));
  site.gateway.config().file("policies/more.yaml",
                             "routes: [{name: more, match: {path: /more}, access: public, upstream: echo}]\n");
  site.gateway.write_files();
  EXPECT_TRUE(eventually([&] { return status_of("/more") == 200; })) << "a new file of the pattern";
}

TEST_F(Reload, RefusesAChangedFileThatIsWrongAndTakesItOnceItIsMended) {
  write_routes("  - {name: [");
  EXPECT_TRUE(site.gateway.wait_for_log("reload refused; generation 1 stays"));
  const Response shown = site.gateway.admin("GET", "/v1/reload");
  EXPECT_EQ(shown.status, 200);
  EXPECT_NE(shown.content.find(R"("ok":false,"generation":1)"), std::string::npos) << shown.content;
  EXPECT_NE(shown.content.find("routes.yaml:"), std::string::npos) << shown.content;
  EXPECT_EQ(status_of("/public/x"), 200);
  write_routes(with_new_route);
  EXPECT_TRUE(eventually([&] { return status_of("/fresh/x") == 200; }));
  EXPECT_TRUE(site.gateway.admin("GET", "/v1/reload").content.starts_with(R"({"ok":true,"generation":2)"));
}

TEST_F(Reload, KeepsTheOldConfigurationWhenAnythingIsWrong) {
  struct Case {
    const char* name;
    std::string routes;
    const char* finding;
  };
  const Case cases[] = {
      {"no YAML", "  - {name: [", "routes.yaml:"},
      {"an unknown key", std::string(with_new_route) + "  - {nmae: x, match: {path: /x}, upstream: echo}\n",
       "did you mean \\\"name\\\""},
      {"an unknown upstream", std::string(with_new_route) + "  - {name: x, match: {path: /x}, upstream: ecko}\n",
       "ecko"},
      {"two routes that tie",
       std::string(with_new_route) + "  - {name: x, match: {path: /fresh/**}, access: deny, upstream: echo}\n",
       "fresh"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    write_routes(c.routes);
    const Response refused = site.gateway.reload();
    EXPECT_EQ(refused.status, 422);
    EXPECT_NE(refused.content.find("routes.yaml:"), std::string::npos) << refused.content;
    EXPECT_NE(refused.content.find(c.finding), std::string::npos) << refused.content;
    EXPECT_EQ(status_of("/fresh/x"), 404);
    EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);
  }
  EXPECT_TRUE(site.gateway.wait_for_log("routes.yaml:"));
  EXPECT_EQ(site.gateway.admin("GET", "/readyz").status, 200);
  site.gateway.send_signal(SIGHUP);
  write_routes(with_new_route);
  EXPECT_TRUE(eventually([&] { return site.gateway.reload().status == 200 && status_of("/fresh/x") == 200; }));
}

TEST_F(Reload, LetsARequestInFlightFinishOnWhatItStartedWith) {
  std::promise<void> go;
  const std::shared_future<void> may_go = go.get_future();
  site.upstream.behave([&](UpstreamExchange& exchange) {
    exchange.read_content();
    may_go.wait_for(patience);
    exchange.answer("from the old one");
  });
  RawClient connection(site.gateway.port());
  connection.send(request("POST", "/api/x", bearer(site.token("alice")) + "Content-Length: 10\r\n") + "01234");
  ASSERT_TRUE(site.upstream.wait_for_requests(1));
  write_routes("  - {name: fresh, match: {path: /fresh/**}, access: public, upstream: echo}\n");
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return status_of("/public/x") == 404; }));
  go.set_value();
  connection.send("56789");
  const Response response = connection.read_response();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content, "from the old one");
  EXPECT_EQ(connection.exchange(request("GET", "/api/x")).status, 404) << "the next request is the new one's";
}

TEST_F(Reload, LosesNoRequestWhenItIsDoneOftenUnderLoad) {
  std::atomic<bool> over = false;
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&] {
      RawClient connection(site.gateway.port());
      while (!over) {
        const Response response = connection.exchange(request("GET", "/api/x", bearer(site.token("alice"))));
        (response.status == 200 ? good : bad)++;
      }
    });
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(site.gateway.reload().status, 200);
  over = true;
  for (std::thread& each : clients) each.join();
  EXPECT_EQ(bad, 0);
  EXPECT_GT(good, 0);
}

TEST_F(Reload, OfTenThousandRoutesHoldsNoRequestUp) {
  const std::string api = "  - {name: api, match: {path: /api/**}, upstream: echo}\n";
  std::string routes = api;
  for (int i = 0; i < 10'000; ++i) {
    const std::string number = std::to_string(i);
    routes += "  - {name: r" + number + ", match: {path: \"/s" + number + "/{id}\"}, access: {roles: [r" + number +
              "]}, upstream: echo}\n";
  }
  write_routes(routes + "  - {name: fresh, match: {path: /fresh/**}, access: public, upstream: echo}\n");
  std::atomic<bool> over = false;
  std::atomic<int> bad = 0;
  std::thread client([&] {
    RawClient connection(site.gateway.port());
    while (!over) {
      if (connection.exchange(request("GET", "/api/x", bearer(site.token("alice")))).status != 200) ++bad;
    }
  });
  EXPECT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return status_of("/fresh/x") == 200; }));
  write_routes(api);  // the replaced ones are freed while requests run
  EXPECT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return status_of("/fresh/x") == 404; }));
  over = true;
  client.join();
  EXPECT_EQ(bad, 0);
}

TEST_F(Reload, RefusesTokensOfAKeyThatHasGone) {
  ASSERT_EQ(site.get_as("alice", "/api/x").status, 200);
  site.gateway.config().file("secret", "another-secret-of-at-least-32-bytes-here");
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return site.get_as("alice", "/api/x").status == 401; }));
}

TEST(ReloadOfCertificates, ShowsTheNewOneAndKeepsConnections) {
  Site site([](GatewayConfig& config) { config.with_tls({make_certificate("old.test")}); });
  TlsClient before(site.gateway.tls_port());
  EXPECT_EQ(before.certificate_name(), "old.test");
  const Certificate next = make_certificate("new.test");
  site.gateway.config().with_tls({next});
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return TlsClient(site.gateway.tls_port()).certificate_name() == "new.test"; }));
  EXPECT_EQ(before.exchange(request("GET", "/public/x")).status, 200);

  site.gateway.config().with_tls({{next.certificate, make_certificate("new.test").private_key}});
  site.gateway.write_files();
  EXPECT_EQ(site.gateway.reload().status, 422) << "a key of another certificate";
  EXPECT_EQ(TlsClient(site.gateway.tls_port()).certificate_name(), "new.test");
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(ReloadUnderLoad, FailsNoRequestWhileCertificatesAndRoutesChange) {
  Site site([](GatewayConfig& config) { config.set("workers", "2").with_tls({make_certificate("0.test")}); });
  Load load(site.gateway.port(), site.gateway.tls_port(), request("GET", "/api/x", bearer(site.token("alice"))), {});
  for (int i = 1; i <= 8; ++i) {
    const std::string name = std::to_string(i) + ".test";
    site.gateway.config().with_tls({make_certificate(name)});
    site.gateway.config().routes(
        "  - {name: api, match: {path: /api/**}, upstream: echo}\n  - {name: fresh, match: {path: /" + name +
        "}, access: public, upstream: echo}\n");
    site.gateway.write_files();
    EXPECT_EQ(site.gateway.reload().status, 200);
    EXPECT_TRUE(load.goes_on());
    EXPECT_TRUE(eventually([&] { return TlsClient(site.gateway.tls_port()).certificate_name() == name; }));
    EXPECT_TRUE(eventually([&] { return site.send(request("GET", "/" + name)).status == 200; }));
  }
  load.stop();
  EXPECT_EQ(load.failures(), std::vector<std::string>{}) << "of " << load.good();
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

TEST_F(Reload, RefusesWhatNeedsARestart) {
  site.gateway.config().set("workers", "3");
  site.gateway.write_files();
  const Response refused = site.gateway.reload();
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.content.find("hand over to a new process (SIGUSR2) or restart it"), std::string::npos)
      << refused.content;
  site.gateway.config().set("workers", "2").set("pid_file", "gateway.pid");
  site.gateway.write_files();
  EXPECT_NE(site.gateway.reload().content.find("pid_file cannot change"), std::string::npos);
}

}  // namespace
}  // namespace bearward::testing
