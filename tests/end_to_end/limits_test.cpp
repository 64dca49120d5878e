#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

constexpr std::size_t KiB = 1024;

class Limits : public SharedSiteTest<Limits> {
 public:
  static void configure(GatewayConfig& config) {
    config.set(
        "limits",
        "{request_header: 4KiB, request_body: 100KiB, header_timeout: 300ms, idle_timeout: 600ms, connections: 64}");
  }

 protected:
  /// Answered with `status` and then closed; nothing reached the upstream.
  static void expect_refused(RawClient& connection, int status) {
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.field("Connection"), "close");
    EXPECT_TRUE(response.complete);
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    EXPECT_EQ(upstream().received_bytes(), 0);
  }
};

TEST_F(Limits, AHeadThatIsTooLongIs431) {
  RawClient whole = client();
  whole.send(request("GET", "/public/x", "X-A: " + std::string(5 * KiB, 'a') + "\r\n"));
  expect_refused(whole, 431);

  RawClient endless = client();
  endless.send("GET /public/x HTTP/1.1\r\n");
  for (int i = 0; i < 2000 && endless.send("X-A: 0123456789\r\n"); ++i) {
  }
  expect_refused(endless, 431);

  RawClient many = client();
  std::string fields;
  for (int i = 0; i < 300; ++i) fields += "a:\r\n";
  many.send(request("GET", "/public/x", fields));
  expect_refused(many, 431);
}

TEST_F(Limits, ATargetThatIsTooLongIs414) {
  RawClient connection = client();
  connection.send("GET /public/" + std::string(8 * KiB, 'a'));
  expect_refused(connection, 414);
}

TEST_F(Limits, AHeadJustWithinTheLimitPasses) {
  EXPECT_EQ(send(request("GET", "/public/x", "X-A: " + std::string(3 * KiB, 'a') + "\r\n")).status, 200);
}

TEST_F(Limits, ContentThatIsTooLongIs413) {
  RawClient announced = client();
  announced.send(request("POST", "/public/x", "Content-Length: 102401\r\n"));
  expect_refused(announced, 413);

  EXPECT_EQ(send(request("POST", "/public/x", "", std::string(100 * KiB, 'x'))).status, 200);
  upstream().start_over();

  RawClient chunked = client();
  chunked.send(request("POST", "/public/x", "Transfer-Encoding: chunked\r\n"));
  for (int i = 0; i < 30; ++i) chunked.send(chunk(std::string(10 * KiB, 'x')));
  chunked.send(chunk(""));
  const Response response = chunked.read_response();
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(chunked.wait_for_end(), Ending::open);
  ASSERT_TRUE(upstream().wait_for_requests(1)) << "the beginning was on its way already";
  for (const RecordedRequest& each : upstream().requests()) EXPECT_FALSE(each.complete);
}

TEST_F(Limits, AHeadThatComesTooSlowlyIs408) {
  RawClient connection = client();
  connection.send("GET /public/x HTTP/1.1\r\nHost: gat");
  expect_refused(connection, 408);

  // A byte now and then does not put it off.
  RawClient dripping = client();
  dripping.send("GET /public/x HTTP/1.1\r\n");
  bool taken = true;
  for (int i = 0; i < 100 && taken; ++i) {
    const Received received = dripping.socket().receive(std::chrono::milliseconds(50));
    if (!received.bytes.empty()) {
      EXPECT_TRUE(received.bytes.starts_with("HTTP/1.1 408 "));
    }
    taken = received.bytes.empty() && received.ending == Ending::open && dripping.send("x");
  }
  EXPECT_FALSE(taken) << "it lived for five seconds";
}

TEST_F(Limits, AnIdleConnectionIsClosedWithoutAWord) {
  RawClient fresh = client();
  const Received nothing = fresh.socket().receive();
  EXPECT_EQ(nothing.bytes, "");
  EXPECT_EQ(nothing.ending, Ending::ended);

  RawClient used = client();
  ASSERT_EQ(used.exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(used.wait_for_end(), Ending::ended);
}

TEST_F(Limits, ContentThatStopsComingEndsTheExchange) {
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: 100\r\n") + "some");
  const Response response = connection.read_response();
  EXPECT_TRUE(response.status == 408 || response.status == 400) << response.status;
  EXPECT_NE(connection.wait_for_end(), Ending::open);
  ASSERT_TRUE(upstream().wait_for_requests(1));
  for (const RecordedRequest& each : upstream().requests()) EXPECT_FALSE(each.complete);
}

TEST_F(Limits, MoreConnectionsThanAllowedWaitTheirTurn) {
  std::vector<RawClient> held;
  for (int i = 0; i < 64; ++i) held.push_back(client());
  for (RawClient& each : held) ASSERT_EQ(each.exchange(request("GET", "/public/x")).status, 200);
  RawClient one_more = client();
  one_more.send(request("GET", "/public/late"));
  // It is answered, or refused by a closed connection, but neither hangs for ever nor hurts the others.
  EXPECT_EQ(held.front().exchange(request("GET", "/public/x")).status, 200);
  held.clear();
  const Response late = one_more.read_response();
  EXPECT_TRUE(late.status == 200 || late.ending != Ending::open);
  EXPECT_TRUE(eventually([] { return send(request("GET", "/public/x")).status == 200; }));
}

}  // namespace
}  // namespace bearward::testing
