#include <gtest/gtest.h>

#include <future>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

class UpstreamLimits : public SharedSiteTest<UpstreamLimits> {
 public:
  static void configure(GatewayConfig& config) {
    const std::string echo = "{targets: [\"http://127.0.0.1:" + std::to_string(config.upstream_port()) + "\"]";
    config.set("workers", "2");
    config.set("upstreams", "\n  echo: " + echo + "}" + "\n  one: " + echo +
                                ", max_requests: 1, queue: {length: 1, timeout: 10s}}" + "\n  hasty: " + echo +
                                ", max_requests: 1, queue: {length: 5, timeout: 10ms}}");
    config.routes(R"(
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - {name: one, match: {path: /one/**}, access: public, upstream: one}
  - {name: hasty, match: {path: /hasty/**}, access: public, upstream: hasty}
)");
  }

 protected:
  /// Requests whose path ends in `/slow` are answered when `answer` is told to.
  void hold_slow_ones() {
    const std::shared_future<void> released = answer.get_future().share();
    upstream().behave([released](UpstreamExchange& each) {
      if (each.request().target.ends_with("/slow")) released.wait_for(patience);
      RecordingUpstream::answer_normally(each);
    });
  }

  std::promise<void> answer;
};

TEST_F(UpstreamLimits, OneOverTheCapWaitsAndOneOverTheQueueIs503) {
  hold_slow_ones();
  RawClient first = client();
  first.send(request("GET", "/one/slow"));
  ASSERT_TRUE(upstream().wait_for_requests(1));
  // Which of these waits and which is refused is theirs to settle.
  RawClient second = client();
  RawClient third = client();
  second.send(request("GET", "/one/b"));
  third.send(request("GET", "/one/b"));
  ASSERT_TRUE(site().gateway.wait_for_log("forward:max_requests"));
  EXPECT_EQ(upstream().requests().size(), 1U);
  answer.set_value();
  EXPECT_EQ(first.read_response().status, 200);
  const Response b = second.read_response();
  const Response c = third.read_response();
  EXPECT_EQ(std::min(b.status, c.status), 200) << "it had its turn";
  EXPECT_EQ(std::max(b.status, c.status), 503);
  EXPECT_EQ((b.status == 503 ? b : c).field("Retry-After"), "1");
  EXPECT_EQ(send(request("GET", "/one/c")).status, 200) << "every place is free again";
}

TEST_F(UpstreamLimits, NobodyWaitsLongerThanTheQueueAllows) {
  hold_slow_ones();
  RawClient first = client();
  first.send(request("GET", "/hasty/slow"));
  ASSERT_TRUE(upstream().wait_for_requests(1));
  EXPECT_EQ(send(request("GET", "/hasty/x")).status, 503);
  answer.set_value();
  EXPECT_EQ(first.read_response().status, 200);
  EXPECT_EQ(send(request("GET", "/hasty/x")).status, 200);
}

TEST_F(UpstreamLimits, AnExchangeWhoseClientHasGoneIsGivenUp) {
  for (const bool reset : {false, true}) {
    SCOPED_TRACE(reset);
    std::promise<Ending> ended;
    upstream().behave([&](UpstreamExchange& each) {
      each.read_content();
      ended.set_value(each.wait_for_end());
      each.close();
    });
    RawClient gone = client();
    gone.send(request("POST", "/public/x", "", "content"));
    ASSERT_TRUE(upstream().wait_for_requests(1));
    if (reset) {
      gone.socket().reset();
    } else {
      gone.socket().close();
    }
    // Long before response_timeout, which is 30 s.
    EXPECT_NE(ended.get_future().get(), Ending::open);
    EXPECT_TRUE(site().gateway.wait_for_log("forward:client_gone"));
    upstream().start_over();
  }
}

}  // namespace
}  // namespace bearward::testing
