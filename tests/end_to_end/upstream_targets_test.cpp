#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <set>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

std::string url(const RecordingUpstream& upstream) {
  return "\"http://127.0.0.1:" + std::to_string(upstream.port()) + "\"";
}

/// Requests but those of health checks.
std::size_t served(const RecordingUpstream& upstream) {
  const auto requests = upstream.requests();
  return static_cast<std::size_t>(
      std::ranges::count_if(requests, [](const auto& each) { return each.target != "/healthz"; }));
}

/// `echo` of the site is not used; these three are.
struct Targets {
  RecordingUpstream a, b, c;
  void start_over() {
    for (RecordingUpstream* each : {&a, &b, &c}) each->start_over();
  }
};

Targets& targets() {
  static Targets made;
  return made;
}

class UpstreamTargets : public SharedSiteTest<UpstreamTargets> {
 public:
  static void configure(GatewayConfig& config) {
    const std::string a = url(targets().a);
    const std::string b = url(targets().b);
    const std::string c = url(targets().c);
    const std::string health = "health: {path: /healthz, interval: 100ms, unhealthy_after: 2, healthy_after: 1}";
    config.set("upstreams",
               "\n  checked: {targets: [" + a + ", " + b + "], " + health + "}" +
                   "\n  weighted: {targets: [{url: " + a + ", weight: 3}, " + b + "]}" + "\n  by_user: {targets: [" +
                   a + ", " + b + ", " + c + "], balance: hash}" + "\n  by_tenant: {targets: [" + a + ", " + b + ", " +
                   c + "], balance: hash, hash_on: header X-Tenant}" + "\n  named: {targets: \"http://localhost:" +
                   std::to_string(targets().a.port()) + "\"}\n  nowhere: {targets: \"http://no-such-name.invalid\"}");
    std::string routes;
    for (const char* name : {"checked", "weighted", "by_tenant", "named", "nowhere"}) {
      routes += std::string("  - {name: ") + name + ", match: {path: /" + name +
                "/**}, access: public, upstream: " + name + "}\n";
    }
    config.routes(routes +
                  "  - {name: by_user, match: {path: /by_user/**}, access: authenticated, upstream: by_user}\n");
  }

 protected:
  void SetUp() override {
    SharedSiteTest::SetUp();
    targets().start_over();
  }

  static void fail_checks(RecordingUpstream& upstream) {
    upstream.behave([](UpstreamExchange& each) {
      if (each.request().target == "/healthz") return each.answer("", "", "500 Internal Server Error");
      RecordingUpstream::answer_normally(each);
    });
  }
  static bool up(int count) {
    return eventually([&] {
      return site().gateway.admin("GET", "/readyz").content.find(std::to_string(count) + " of 12 targets are up") !=
             std::string::npos;
    });
  }
  /// The targets that `count` requests come to.
  static std::set<const RecordingUpstream*> reached(int count, const std::string& request) {
    for (int i = 0; i < count; ++i) EXPECT_EQ(send(request).status, 200);
    std::set<const RecordingUpstream*> result;
    for (const RecordingUpstream* each : {&targets().a, &targets().b, &targets().c}) {
      if (served(*each) != 0) result.insert(each);
    }
    return result;
  }
};

TEST_F(UpstreamTargets, OneThatItsChecksFindDownGetsNoRequestAndNoneLeftIs503) {
  ASSERT_TRUE(up(12));
  EXPECT_EQ(reached(4, request("GET", "/checked/x")).size(), 2U);

  targets().start_over();
  fail_checks(targets().a);
  ASSERT_TRUE(up(11));
  EXPECT_EQ(reached(4, request("GET", "/checked/x")), (std::set<const RecordingUpstream*>{&targets().b}));

  fail_checks(targets().b);
  ASSERT_TRUE(up(10));
  const Response none = send(request("GET", "/checked/x"));
  EXPECT_EQ(none.status, 503);
  EXPECT_EQ(none.field("Retry-After"), "1");
  EXPECT_TRUE(site().gateway.wait_for_log("forward:no_healthy_target"));
  EXPECT_EQ(site().gateway.admin("GET", "/readyz").status, 200) << "other upstreams are there";

  targets().start_over();
  ASSERT_TRUE(up(12));
  EXPECT_EQ(send(request("GET", "/checked/x")).status, 200);
}

TEST_F(UpstreamTargets, WeightsShareTheRequestsOut) {
  reached(8, request("GET", "/weighted/x"));
  EXPECT_EQ(served(targets().a), 6U);
  EXPECT_EQ(served(targets().b), 2U);
}

TEST_F(UpstreamTargets, AHashKeepsACallerAtOneTarget) {
  for (int i = 0; i < 6; ++i) EXPECT_EQ(get_as("alice", "/by_user/x").status, 200);
  const std::multiset<std::size_t> counts{served(targets().a), served(targets().b), served(targets().c)};
  EXPECT_EQ(counts, (std::multiset<std::size_t>{0, 0, 6}));

  targets().start_over();
  EXPECT_EQ(reached(6, request("GET", "/by_tenant/x", "x-tenant: one\r\n")).size(), 1U);
  std::string many;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(send(request("GET", "/by_tenant/x", "X-Tenant: t" + std::to_string(i) + "\r\n")).status, 200);
  }
  EXPECT_GT(served(targets().a), 0U);
  EXPECT_GT(served(targets().b), 0U);
  EXPECT_GT(served(targets().c), 0U);
}

TEST_F(UpstreamTargets, ANameIsLookedUpAndOneThatIsNotKnownIs502) {
  EXPECT_EQ(send(request("GET", "/named/x")).status, 200);
  EXPECT_TRUE(site().gateway.wait_for_log("cannot look up the name no-such-name.invalid"));
  EXPECT_EQ(send(request("GET", "/nowhere/x")).status, 502);
}

TEST(UpstreamReload, DrainsATargetThatGoesAndIsReadyOnlyWhileSomeTargetIsUp) {
  RecordingUpstream goes;
  std::promise<void> answer;
  const std::shared_future<void> released = answer.get_future().share();
  goes.behave([released](UpstreamExchange& each) {
    if (each.request().target == "/public/slow") released.wait_for(patience);
    RecordingUpstream::answer_normally(each);
  });
  Site site([&](GatewayConfig& config) { config.set("upstreams", "{echo: {targets: [" + url(goes) + "]}}"); });
  RawClient slow(site.gateway.port());
  slow.send(request("GET", "/public/slow"));
  ASSERT_TRUE(goes.wait_for_requests(1));

  site.gateway.config().set("upstreams", "{echo: {targets: [" + url(site.upstream) +
                                             "], health: {path: /healthz, interval: 100ms, unhealthy_after: 1}}}");
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(
      eventually([&] { return site.send(request("GET", "/public/x")).status == 200 && served(site.upstream) > 0; }));
  answer.set_value();
  EXPECT_EQ(slow.read_response().content, "GET /public/slow 0\n") << "what runs is finished";
  EXPECT_EQ(goes.requests().size(), 1U);

  site.upstream.behave([](UpstreamExchange& each) { each.close(); });
  EXPECT_TRUE(eventually([&] { return site.gateway.admin("GET", "/readyz").status == 503; }));
  site.upstream.start_over();
  EXPECT_TRUE(eventually([&] { return site.gateway.admin("GET", "/readyz").status == 200; }));
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

}  // namespace
}  // namespace bearward::testing
