#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

const std::string expecting = "Expect: 100-continue\r\n";
const std::string upload = expecting + "Content-Length: 7\r\n";

/// `Expect: 100-continue` from the client to the upstream and back (RFC 9110 §10.1.1).
class Expect : public SharedSiteTest<Expect> {
 public:
  static void configure(GatewayConfig&) {}
};

TEST_F(Expect, IsTheUpstreamsToMeet) {
  std::promise<std::string> too_early;
  upstream().behave([&](UpstreamExchange& exchange) {
    too_early.set_value(exchange.read_some(200ms));
    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
    RecordingUpstream::answer_normally(exchange);
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", upload));
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 103 "));
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 100 "));
  connection.send("content");
  const Response response = connection.read_response();
  EXPECT_EQ(response.content, "POST /public/x 7\n");
  EXPECT_TRUE(response.interim.empty());
  EXPECT_EQ(too_early.get_future().get(), "");
  EXPECT_EQ(upstream().last().field("Expect"), "100-continue");
  EXPECT_EQ(upstream().last().content, "content");

  const std::size_t before = upstream().last().connection;
  upstream().start_over();
  EXPECT_EQ(connection.exchange(request("GET", "/public/next")).status, 200);
  EXPECT_EQ(upstream().last().connection, before) << "both connections go on";
}

TEST_F(Expect, HoldsContentThatWasSentUnaskedUntilTheUpstreamAsks) {
  std::promise<std::string> too_early;
  upstream().behave([&](UpstreamExchange& exchange) {
    too_early.set_value(exchange.read_some(200ms));
    exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
    RecordingUpstream::answer_normally(exchange);
  });
  for (const std::string& content : {std::string("Content-Length: 7\r\n\r\ncontent"),
                                     std::string("Transfer-Encoding: chunked\r\n\r\n7\r\ncontent\r\n0\r\n\r\n")}) {
    SCOPED_TRACE(content);
    too_early = {};
    const Response response = send("POST /public/x HTTP/1.1\r\nHost: gateway.test\r\n" + expecting + content);
    EXPECT_EQ(response.content, "POST /public/x 7\n");
    EXPECT_EQ(too_early.get_future().get(), "");
  }
}

TEST_F(Expect, ThatTheUpstreamRefusesIsRefusedAndTheContentNeverRead) {
  for (const char* status_line : {"401 Unauthorized", "413 Content Too Large", "417 Expectation Failed", "200 OK"}) {
    SCOPED_TRACE(status_line);
    upstream().start_over();
    upstream().behave([&](UpstreamExchange& exchange) {
      exchange.answer("no need", "", status_line);
      exchange.wait_for_end();
      exchange.close();
    });
    RawClient connection = client();
    connection.send(request("POST", "/public/x", upload));
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, std::stoi(status_line));
    EXPECT_EQ(response.content, "no need");
    EXPECT_TRUE(response.interim.empty());
    EXPECT_EQ(response.field("Connection"), "close") << "nobody can tell whether the content follows";
    // What comes behind is neither content nor a request, to the gateway as to the upstream.
    connection.send("GET /public/smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    const RecordedRequest refused = upstream().last();
    EXPECT_EQ(refused.content, "");
    upstream().start_over();
    ASSERT_EQ(send(request("GET", "/public/next")).status, 200);
    EXPECT_EQ(upstream().requests().size(), 1U);
    EXPECT_NE(upstream().last().connection, refused.connection) << "it might take the next head for that content";
  }
}

TEST_F(Expect, OfContentThatCameAlongIsRefusedWithoutTheUpstreamSeeingIt) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.answer("no", "", "417 Expectation Failed");
    exchange.wait_for_end();
    exchange.close();
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", expecting + "Content-Length: 45\r\n") +
                  "GET /public/smuggled HTTP/1.1\r\nHost: gateway\r\n\r\n");
  EXPECT_EQ(connection.read_response().status, 417);
  EXPECT_NE(connection.wait_for_end(), Ending::open);
  EXPECT_EQ(upstream().requests().size(), 1U);
  EXPECT_EQ(upstream().received_bytes(), upstream().last().head.size());
}

TEST_F(Expect, ThatTheUpstreamDoesNotKnowIsMetByTheGateway) {
  upstream().behave([](UpstreamExchange& exchange) {
    if (!exchange.read_content()) return;
    exchange.send("HTTP/1.1 100 Continue\r\n\r\n");  // too late: the client has had one
    exchange.answer("done");
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", upload));
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 100 "));
  connection.send("content");
  const Response response = connection.read_response();
  EXPECT_EQ(response.content, "done");
  EXPECT_TRUE(response.interim.empty());
  EXPECT_EQ(connection.exchange(request("GET", "/public/next")).content, "done");
}

TEST_F(Expect, IsKeptThroughARetry) {
  std::atomic<int> seen = 0;
  upstream().behave([&](UpstreamExchange& exchange) {
    if (seen++ == 0) return exchange.close();
    exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
    RecordingUpstream::answer_normally(exchange);
  });
  RawClient connection = client();
  connection.send(request("PUT", "/public/x", upload));
  EXPECT_TRUE(connection.read_head().starts_with("HTTP/1.1 100 "));
  connection.send("content");
  const Response response = connection.read_response();
  EXPECT_EQ(response.content, "PUT /public/x 7\n");
  EXPECT_TRUE(response.interim.empty());
  EXPECT_EQ(seen, 2);
}

TEST_F(Expect, IsNothingToHttp10OrWithoutContent) {
  EXPECT_EQ(send("POST /public/x HTTP/1.0\r\nHost: a\r\n" + upload + "\r\ncontent").content, "POST /public/x 7\n");
  EXPECT_FALSE(upstream().last().fields.find("Expect"));
  for (const char* length : {"", "Content-Length: 0\r\n"}) {
    const Response response = send(request("GET", "/public/x", expecting + length));
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.interim.empty());
    EXPECT_FALSE(upstream().last().fields.find("Expect"));
  }
}

TEST_F(Expect, IsNotAskedOfAnUpstreamBehindARefusal) {
  RawClient refused = client();
  refused.send(request("POST", "/api/x", upload));
  const Response response = refused.read_response();
  EXPECT_EQ(response.status, 401);
  EXPECT_TRUE(response.interim.empty());
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_EQ(upstream().received_bytes(), 0U);
}

TEST_F(Expect, OfAClientThatGoesAwayEndsTheUpstreamsExchange) {
  std::promise<Ending> ending;
  upstream().behave([&](UpstreamExchange& exchange) {
    ending.set_value(exchange.wait_for_end());
    exchange.close();
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", upload));
  ASSERT_TRUE(upstream().wait_for_requests(1));
  connection.socket().reset();
  EXPECT_NE(ending.get_future().get(), Ending::open);
}

TEST_F(Expect, DoesNotHoldUpContinueThatNobodyAskedFor) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 100 Continue\r\n\r\n");
    RecordingUpstream::answer_normally(exchange);
  });
  const Response response = send(request("POST", "/public/x", "", "content"));
  EXPECT_EQ(response.content, "POST /public/x 7\n");
  EXPECT_EQ(response.interim.size(), 1U);
}

}  // namespace
}  // namespace bearward::testing
