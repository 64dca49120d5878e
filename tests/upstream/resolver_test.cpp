#include "upstream/resolver.h"

#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <future>

#include "support/tcp_socket.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;
using Found = Result<std::vector<boost::asio::ip::address>, std::string>;

Groups group_of(const char* host) {
  config::Upstream settings;
  settings.name = "legacy";
  settings.targets = {{host, 8080, {}}};
  return {std::make_shared<Group>(settings)};
}

/// A control thread that is the test's own, and what DNS says.
struct Resolving {
  std::atomic<int> asked = 0;
  std::function<Found()> answer;
  asio::io_context io;
  Resolver resolver{io.get_executor(), [this](const std::string&) {
                      ++asked;
                      return answer();
                    }};
  asio::executor_work_guard<Executor> work{io.get_executor()};

  /// Runs until a lookup has reported.
  void wait_for_report() { ASSERT_EQ(io.run_one_for(testing::patience), 1U); }
};

Found found(const char* text) { return std::vector{boost::asio::ip::make_address(text)}; }

std::string address_of(const Groups& groups) {
  const auto endpoints = groups[0]->targets()[0]->endpoints();
  return !endpoints ? "unknown" : endpoints->empty() ? "none" : endpoints->front().address().to_string();
}

TEST(Resolver, KeepsTheLastAnswerWhileDnsFailsAndTakesTheNextOne) {
  Resolving test;
  const Groups groups = group_of("service.test");
  test.answer = [] { return found("10.0.0.1"); };
  test.resolver.use(groups, steady_now());
  EXPECT_EQ(address_of(groups), "unknown");
  test.wait_for_report();
  EXPECT_EQ(address_of(groups), "10.0.0.1");

  test.resolver.tick(steady_now());
  EXPECT_EQ(test.asked, 1) << "not due again yet";

  test.answer = [] { return Found(std::unexpected("Temporary failure in name resolution")); };
  test.resolver.tick(steady_now() + 1h);
  test.wait_for_report();
  EXPECT_EQ(address_of(groups), "10.0.0.1");

  test.answer = [] { return found("10.0.0.2"); };
  test.resolver.tick(steady_now() + 1h);
  test.wait_for_report();
  EXPECT_EQ(address_of(groups), "10.0.0.2");
}

TEST(Resolver, SaysSoWhereANameHasNoAddressAndAsksAgainSoon) {
  Resolving test;
  const Groups groups = group_of("service.test");
  test.answer = [] { return Found(std::unexpected("Name or service not known")); };
  test.resolver.use(groups, steady_now());
  test.wait_for_report();
  EXPECT_EQ(address_of(groups), "none");
  test.answer = [] { return found("10.0.0.1"); };
  test.resolver.tick(steady_now() + 2s);
  test.wait_for_report();
  EXPECT_EQ(address_of(groups), "10.0.0.1");
}

TEST(Resolver, AsksOnceAtATimeHoweverLongDnsHangs) {
  std::promise<void> hang;
  const std::shared_future<void> released = hang.get_future().share();
  Resolving test;
  const Groups groups = group_of("service.test");
  test.answer = [released] {
    released.wait();
    return found("10.0.0.1");
  };
  test.resolver.use(groups, steady_now());
  for (int i = 1; i < 100; ++i) test.resolver.tick(steady_now() + i * 1h);
  hang.set_value();
  test.wait_for_report();
  EXPECT_EQ(test.asked, 1);
  EXPECT_EQ(address_of(groups), "10.0.0.1") << "late is better than never";
}

TEST(Resolver, NeverReportsAfterItsEnd) {
  auto hang = std::make_shared<std::promise<void>>();
  const std::shared_future<void> released = hang->get_future().share();
  auto ended = std::make_shared<std::promise<void>>();
  const Groups groups = group_of("service.test");
  {
    asio::io_context io;
    Resolver resolver(io.get_executor(), [released, ended](const std::string&) {
      released.wait();
      ended->set_value();
      return found("10.0.0.1");
    });
    resolver.use(groups, steady_now());
  }
  hang->set_value();
  ended->get_future().wait();
  EXPECT_EQ(address_of(groups), "unknown");
}

TEST(SystemLookup, KnowsThisMachine) {
  const Found local = system_lookup("localhost");
  ASSERT_TRUE(local) << local.error();
  for (const auto& address : *local) EXPECT_TRUE(address.is_loopback()) << address.to_string();
  EXPECT_FALSE(system_lookup("no such name"));
}

}  // namespace
}  // namespace bearward::upstream
