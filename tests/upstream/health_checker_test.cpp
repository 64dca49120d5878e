#include "upstream/health_checker.h"

#include <gtest/gtest.h>

#include <atomic>

#include "support/free_port.h"
#include "support/recording_upstream.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;
using testing::RecordingUpstream;
using testing::UpstreamExchange;

config::Upstream checked(std::uint16_t port) {
  config::Upstream settings;
  settings.name = "legacy";
  settings.targets = {{"127.0.0.1", port, {}}};
  settings.health = config::HealthCheck{
      .path = "/healthz?deep", .interval = 10ms, .timeout = 200ms, .unhealthy_after = 2, .healthy_after = 1};
  return settings;
}

/// A control thread that is the test's own.
class Checking {
 public:
  Checking() { timer_.start(); }
  ~Checking() {
    checker.stop();
    timer_.stop();
    io_.run_for(testing::patience);  // what was cancelled ends
  }

  Target& use(const config::Upstream& settings) {
    auto group = std::make_shared<Group>(settings);
    if (!groups_.empty()) group->adopt(*groups_[0]);
    groups_ = {group};
    checker.use(groups_);
    return *group->targets().front();
  }

  bool run_until(const std::function<bool()>& condition) {
    const SteadyTime until = steady_now() + testing::patience;
    while (!condition() && steady_now() < until) io_.run_one_for(100ms);
    return condition();
  }

 private:
  asio::io_context io_{1};
  async::CoarseTimer timer_{io_.get_executor()};
  transport::BufferPool buffers_;
  Groups groups_;

 public:
  HealthChecker checker{{io_.get_executor(), timer_, buffers_}};
};

TEST(HealthChecker, TakesATargetOutAndBringsItBack) {
  struct Case {
    const char* name;
    std::function<void(UpstreamExchange&)> behaviour;
  };
  const Case cases[] = {
      {"an error", [](UpstreamExchange& each) { each.answer("", "", "503 Service Unavailable"); }},
      {"not found", [](UpstreamExchange& each) { each.answer("", "", "404 Not Found"); }},
      {"closed without an answer", [](UpstreamExchange& each) { each.close(); }},
      {"no HTTP", [](UpstreamExchange& each) { each.send("SSH-2.0-OpenSSH\r\n\r\n"); }},
      {"no answer in time", [](UpstreamExchange& each) { each.wait_for_end(); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RecordingUpstream upstream;
    Checking checking;
    Target& target = checking.use(checked(upstream.port()));
    EXPECT_TRUE(target.healthy()) << "until proved otherwise";
    ASSERT_TRUE(checking.run_until([&] { return !upstream.requests().empty(); }));
    EXPECT_EQ(upstream.last().target, "/healthz?deep");
    EXPECT_EQ(upstream.last().field("Host"), "127.0.0.1:" + std::to_string(upstream.port()));
    EXPECT_TRUE(target.healthy());

    upstream.behave(c.behaviour);
    EXPECT_TRUE(checking.run_until([&] { return !target.healthy(); }));
    upstream.behave([](UpstreamExchange& each) { each.answer("", "Location: /login\r\n", "302 Found"); });
    EXPECT_TRUE(checking.run_until([&] { return target.healthy(); }));
  }
}

TEST(HealthChecker, OneFailureIsNotEnoughWhereTwoAreAskedFor) {
  RecordingUpstream upstream;
  std::atomic<int> count = 0;
  upstream.behave([&](UpstreamExchange& each) {
    if (++count % 2 == 0) return each.close();
    each.answer("well");
  });
  Checking checking;
  Target& target = checking.use(checked(upstream.port()));
  bool always = true;
  EXPECT_TRUE(checking.run_until([&] {
    always = always && target.healthy();
    return count > 20;
  }));
  EXPECT_TRUE(always);
}

TEST(HealthChecker, NoticesThatNobodyListens) {
  Checking checking;
  Target& target = checking.use(checked(testing::free_port()));
  EXPECT_TRUE(checking.run_until([&] { return !target.healthy(); }));
}

TEST(HealthChecker, AReloadKeepsWhatIsKnownAndATargetThatIsCheckedNoMoreIsHealthy) {
  auto settings = checked(testing::free_port());
  Checking checking;
  Target& target = checking.use(settings);
  ASSERT_TRUE(checking.run_until([&] { return !target.healthy(); }));
  EXPECT_FALSE(checking.use(settings).healthy());
  settings.health->interval = 20ms;
  EXPECT_FALSE(checking.use(settings).healthy()) << "other checks of the same target begin with what is known";
  settings.health.reset();
  EXPECT_TRUE(checking.use(settings).healthy());
}

}  // namespace
}  // namespace bearward::upstream
