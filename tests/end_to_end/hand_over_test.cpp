#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "support/certificates.h"
#include "support/load.h"
#include "support/paths.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

using std::chrono::milliseconds;

class HandOver : public ::testing::Test {
 protected:
  static void configure(GatewayConfig& config) {
    config.set("workers", "2").set("pid_file", "gateway.pid").with_tls({make_certificate("gateway.test")});
  }
  std::filesystem::path pid_file() const { return site.gateway.folder() / "gateway.pid"; }
  bool log_says(std::string_view text) const { return site.gateway.wait_for_log(text); }
  std::string alices_request() const { return request("GET", "/api/x", bearer(site.token("alice"))); }

  Site site{configure};
};

TEST_F(HandOver, FailsNoRequestWhateverTheNumbersOfWorkers) {
  Load load(site.gateway.port(), site.gateway.tls_port(), alices_request(),
            {.keeping = 6, .kept_by_each = 30, .connecting = 4});
  ASSERT_TRUE(load.goes_on());
  for (const char* const workers : {"2", "1", "3"}) {
    SCOPED_TRACE(workers);
    site.gateway.config().set("workers", workers);
    site.gateway.write_files();
    const auto replaced = site.gateway.hand_over();
    EXPECT_EQ(replaced->wait(), 0) << site.gateway.errors();
    EXPECT_NE(site.gateway.process_id(), replaced->id());
    EXPECT_TRUE(load.goes_on());
    EXPECT_EQ(site.gateway.admin("GET", "/readyz").status, 200);
  }
  load.stop();
  EXPECT_EQ(load.failures(), std::vector<std::string>{}) << "of " << load.good();
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
  EXPECT_FALSE(std::filesystem::exists(pid_file()));
}

TEST_F(HandOver, KeepsTheOldProcessWhenTheNewOneCannotStart) {
  const pid_t before = site.gateway.process_id();
  struct Case {
    const char* name;
    void (*change)(GatewayConfig&);
    const char* why;
  };
  const Case cases[] = {
      {"a mistake", [](GatewayConfig& c) { c.set("workers", "many"); }, "gateway.yaml:"},
      {"a store that is missing",
       [](GatewayConfig& c) { c.set("workers", "2").set("users", "{store: \"sqlite:nowhere/users.db\"}"); },
       "nowhere/users.db"},
      {"a failing test of the policies",
       [](GatewayConfig& c) {
         c.set("users", "{store: \"sqlite:users.db\"}")
             .file("policies/tests.yaml", "tests: [{request: GET /public/x, expect: 401}]\n");
       },
       "tests.yaml:"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    c.change(site.gateway.config());
    site.gateway.write_files();
    const std::size_t logged = site.gateway.errors().size();
    site.gateway.send_signal(SIGUSR2);
    const auto new_lines = [&] { return site.gateway.errors().substr(logged); };
    EXPECT_TRUE(eventually([&] { return new_lines().find("hand-over failed") != std::string::npos; }))
        << site.gateway.errors();
    EXPECT_NE(new_lines().find("ended with exit 2"), std::string::npos) << new_lines();
    EXPECT_NE(new_lines().find(c.why), std::string::npos) << new_lines();
    EXPECT_EQ(site.send(alices_request()).status, 200);
    EXPECT_EQ(site.gateway.admin("GET", "/readyz").status, 200);
    pid_t named = 0;
    std::ifstream(pid_file()) >> named;
    EXPECT_EQ(named, before);
  }
  site.gateway.config().file("policies/tests.yaml", "routes: []\n");
  site.gateway.write_files();
  EXPECT_EQ(site.gateway.hand_over()->wait(), 0);
  EXPECT_EQ(site.send(alices_request()).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST_F(HandOver, LetsWhatIsUnderWayFinishOnTheOldProcess) {
  std::promise<void> go;
  const std::shared_future<void> may_go = go.get_future();
  site.upstream.behave([&](UpstreamExchange& exchange) {
    if (exchange.request().target != "/public/slow") return RecordingUpstream::answer_normally(exchange);
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    may_go.wait_for(patience);
    exchange.send("final");
  });
  RawClient slow(site.gateway.port());
  slow.send(request("GET", "/public/slow"));
  ASSERT_NE(slow.read_until("first"), "");
  const auto replaced = site.gateway.hand_over();
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200) << "the new one serves meanwhile";
  EXPECT_FALSE(replaced->wait(milliseconds(200)));
  go.set_value();
  EXPECT_NE(slow.read_until("final"), "");
  EXPECT_EQ(replaced->wait(), 0);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST_F(HandOver, EndsTheOldProcessByDrainTimeoutWhateverHangs) {
  site.gateway.config().set("limits", "{drain_timeout: 500ms}");
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  site.upstream.behave([](UpstreamExchange& exchange) {
    if (exchange.request().target != "/public/hangs") return RecordingUpstream::answer_normally(exchange);
    exchange.wait_for_end();
  });
  RawClient hanging(site.gateway.port());
  hanging.send(request("GET", "/public/hangs"));
  ASSERT_TRUE(site.upstream.wait_for_requests(1));
  const auto replaced = site.gateway.hand_over();
  EXPECT_EQ(replaced->wait(), 0);
  EXPECT_EQ(hanging.wait_for_end(), Ending::reset);
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST_F(HandOver, TakesListenersThatCameAndWent) {
  site.gateway.config().set("listeners",
                            "[{name: plain, address: \"127.0.0.1:" + std::to_string(site.gateway.port()) + "\"}]");
  site.gateway.write_files();
  EXPECT_EQ(site.gateway.hand_over()->wait(), 0);
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
  EXPECT_THROW(RawClient{site.gateway.tls_port()}, std::runtime_error) << "nobody holds the socket any more";
  site.gateway.config().unset("listeners");
  site.gateway.config().set(
      "listeners", "[{name: plain, address: \"127.0.0.1:" + std::to_string(site.gateway.port()) +
                       "\"}, {name: other, address: \"127.0.0.1:" + std::to_string(site.gateway.tls_port()) + "\"}]");
  site.gateway.write_files();
  EXPECT_EQ(site.gateway.hand_over()->wait(), 0);
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(exchange(site.gateway.tls_port(), request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST_F(HandOver, IsOneAtATime) {
  site.gateway.send_signal(SIGUSR2);
  ASSERT_TRUE(log_says("takes over once it serves"));
  const auto replaced = site.gateway.hand_over();  // another SIGUSR2, while the first is under way or done
  EXPECT_EQ(replaced->wait(), 0) << site.gateway.errors();
  EXPECT_TRUE(log_says("hand-over refused")) << site.gateway.errors();
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(HandOverToAnotherBinary, StartsTheOneThatStandsThereNow) {
  namespace fs = std::filesystem;
  RecordingUpstream upstream;
  GatewayConfig config(upstream.port());
  config.set("pid_file", "gateway.pid");
  GatewayProcess gateway(config);
  const fs::path binary = gateway.folder() / "bearward";
  fs::copy_file(bearward_binary(), binary);
  gateway.use_command({binary.string()});
  gateway.start();
  fs::remove(binary);  // as a package manager does: the old file lives on without a name
  fs::copy_file(bearward_binary(), binary);
  EXPECT_EQ(gateway.hand_over()->wait(), 0) << gateway.errors();
  const fs::path running = fs::read_symlink("/proc/" + std::to_string(gateway.process_id()) + "/exe");
  EXPECT_EQ(running, fs::canonical(binary)) << "and not the deleted one";
  EXPECT_EQ(exchange(gateway.port(), request("GET", "/public/x")).status, 200);
  EXPECT_EQ(gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
