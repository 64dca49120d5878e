#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <fstream>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

std::string listener(const GatewayConfig& config, std::string_view further) {
  return "[{name: plain, address: \"127.0.0.1:" + std::to_string(config.port()) + "\"" + std::string(further) + "}]";
}

class ConnectionLimit : public ::testing::TestWithParam<int> {};

TEST_P(ConnectionLimit, TheOneThatHasIdledForLongestMakesRoom) {
  Site site([](GatewayConfig& config) {
    config.set("workers", std::to_string(GetParam())).set("limits", "{connections: 6}");
  });
  std::vector<RawClient> held;
  for (int i = 0; i < 6; ++i) {
    held.emplace_back(site.gateway.port());
    ASSERT_EQ(held.back().exchange(request("GET", "/public/x")).status, 200);
  }
  EXPECT_TRUE(site.gateway.wait_for_log("6 connections are open, as many as may be"));
  for (int i = 0; i < 3; ++i) {
    RawClient late(site.gateway.port());
    EXPECT_EQ(late.exchange(request("GET", "/public/late")).status, 200) << "it waited for ever";
    held.push_back(std::move(late));
  }
  // On one worker the order is exact; of several, each gives up its own longest.
  if (GetParam() == 1) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(held[static_cast<std::size_t>(i)].wait_for_end(), Ending::ended) << i;
    EXPECT_EQ(held[3].exchange(request("GET", "/public/x")).status, 200) << "nobody needed its place";
  }
}

INSTANTIATE_TEST_SUITE_P(Workers, ConnectionLimit, ::testing::Values(1, 2));

TEST(ConnectionLimits, ThatAreBusyAreNotGivenUp) {
  Site site([](GatewayConfig& config) { config.set("limits", "{connections: 2}"); });
  std::latch go_on(1);
  site.upstream.behave([&](UpstreamExchange& exchange) {
    if (exchange.request().target != "/public/late") go_on.wait();
    exchange.answer("x");
  });
  std::vector<RawClient> busy;
  for (int i = 0; i < 2; ++i) {
    busy.emplace_back(site.gateway.port());
    busy.back().send(request("GET", "/public/busy"));
  }
  ASSERT_TRUE(site.upstream.wait_for_requests(2));
  RawClient late(site.gateway.port());
  late.send(request("GET", "/public/late"));
  EXPECT_EQ(late.read_response(false, 1500ms).status, 0) << "it waits";
  go_on.count_down();
  for (RawClient& each : busy) EXPECT_EQ(each.read_response().status, 200);
  busy.clear();
  EXPECT_EQ(late.read_response().status, 200);
}

TEST(ConnectionLimits, AnAddressHasItsOwn) {
  Site site([](GatewayConfig& config) { config.set("workers", "2").set("limits", "{connections_per_address: 3}"); });
  std::vector<RawClient> held;
  for (int i = 0; i < 3; ++i) {
    held.emplace_back(site.gateway.port());
    ASSERT_EQ(held.back().exchange(request("GET", "/public/x")).status, 200);
  }
  for (int i = 0; i < 5; ++i) {
    RawClient one_more(site.gateway.port());
    one_more.send(request("GET", "/public/more"));
    EXPECT_EQ(one_more.read_response().status, 0);
    EXPECT_NE(one_more.wait_for_end(), Ending::open);
  }
  held.pop_back();
  EXPECT_TRUE(eventually([&] { return site.send(request("GET", "/public/x")).status == 200; }));
  EXPECT_EQ(held.front().exchange(request("GET", "/public/x")).status, 200);
  for (const RecordedRequest& each : site.upstream.requests()) EXPECT_NE(each.target, "/public/more");
}

TEST(ConnectionLimits, AnAddressIsThatOfThePROXYHeader) {
  Site site([](GatewayConfig& config) {
    config.set("listeners", listener(config, ", proxy_protocol: true")).set("limits", "{connections_per_address: 1}");
  });
  const auto open = [&](const std::string& family, const std::string& address, const std::string& ours) {
    RawClient connection(site.gateway.port());
    connection.send("PROXY " + family + " " + address + " " + ours + " 1 2\r\n");
    return connection;
  };
  RawClient first = open("TCP4", "192.0.2.1", "192.0.2.9");
  EXPECT_EQ(first.exchange(request("GET", "/public/x")).status, 200);
  RawClient same = open("TCP4", "192.0.2.1", "192.0.2.9");
  EXPECT_EQ(same.exchange(request("GET", "/public/x")).status, 0);
  RawClient neighbour = open("TCP4", "192.0.2.2", "192.0.2.9");
  EXPECT_EQ(neighbour.exchange(request("GET", "/public/x")).status, 200);
  RawClient six = open("TCP6", "2001:db8::1", "2001:db8::9");
  EXPECT_EQ(six.exchange(request("GET", "/public/x")).status, 200);
  RawClient same_network = open("TCP6", "2001:db8::ffff", "2001:db8::9");
  EXPECT_EQ(same_network.exchange(request("GET", "/public/x")).status, 0);
}

std::chrono::milliseconds processor_time_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string word;
  long ticks = 0;
  for (int field = 1; field <= 15 && file >> word; ++field) {
    if (field >= 14) ticks += std::stol(word);
  }
  return std::chrono::milliseconds(ticks * 1000 / ::sysconf(_SC_CLK_TCK));
}

TEST(ConnectionLimits, RunningOutOfDescriptorsNeitherSpinsNorHurtsWhoIsThere) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "UBSan looks whether memory can be read by means of a pipe, and cries wolf where it gets none";
#endif
  Site site([](GatewayConfig& config) { config.set("limits", "{idle_timeout: 1h}"); });
  RawClient there(site.gateway.port());
  ASSERT_EQ(there.exchange(request("GET", "/public/x")).status, 200);
  const pid_t process = site.gateway.process_id();
  rlimit before{};
  ASSERT_EQ(::prlimit(process, RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit few{3, before.rlim_max};  // whatever is open stays open, nothing more is opened
  ASSERT_EQ(::prlimit(process, RLIMIT_NOFILE, &few, nullptr), 0);

  RawClient waiting(site.gateway.port());
  waiting.send(request("GET", "/public/late"));
  EXPECT_TRUE(site.gateway.wait_for_log("cannot accept connections"));
  const auto used = processor_time_of(process);
  EXPECT_EQ(waiting.read_response(false, 1000ms).status, 0);
  EXPECT_LT(processor_time_of(process) - used, 700ms) << "it spins";
  const std::string log = site.gateway.errors();
  EXPECT_EQ(log.find("cannot accept connections"), log.rfind("cannot accept connections")) << "said once";

  ASSERT_EQ(::prlimit(process, RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_EQ(waiting.read_response().status, 200);
}

TEST(ConnectionLimits, ThatDoNotFitTheDescriptorsAreSaid) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  if (limit.rlim_max > 20'000'000) GTEST_SKIP() << "the system grants more than the largest limit needs";
  const Site site([](GatewayConfig& config) { config.set("limits", "{connections: 10000000}"); });
  EXPECT_TRUE(site.gateway.wait_for_log("limits.connections is 10000000, but"));
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200);
}

}  // namespace
}  // namespace bearward::testing
