#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "support/site.h"

namespace bearward::testing {
namespace {

constexpr std::size_t MiB = 1024 * 1024;

/// Bytes that differ everywhere, so that a lost, doubled or moved piece shows.
std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

class ContentTest : public SharedSiteTest<ContentTest> {
 public:
  static void configure(GatewayConfig& config) { config.set("limits", "{request_body: 1024MiB}"); }
};

TEST_F(ContentTest, FiveMebibytesComeThroughBothWaysWithALength) {
  const std::string content = pattern(5 * MiB);
  upstream().behave([](UpstreamExchange& exchange) {
    if (exchange.read_content()) exchange.answer(exchange.request().content);
  });
  RawClient connection = client();
  std::thread sender([&] { connection.send(request("POST", "/public/x", "", content)); });
  const Response response = connection.read_response();
  sender.join();
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.content == content);
  EXPECT_EQ(response.field("Content-Length"), std::to_string(content.size()));
  EXPECT_TRUE(upstream().last().content == content);
  EXPECT_EQ(upstream().last().field("Content-Length"), std::to_string(content.size()));
}

TEST_F(ContentTest, FiveMebibytesComeThroughBothWaysChunked) {
  const std::string content = pattern(5 * MiB);
  upstream().behave([](UpstreamExchange& exchange) {
    if (!exchange.read_content()) return;
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string& whole = exchange.request().content;
    for (std::size_t at = 0; at < whole.size(); at += 100'001) exchange.send(chunk(whole.substr(at, 100'001)));
    exchange.send(chunk(""));
  });
  RawClient connection = client();
  std::thread sender([&] {
    connection.send(request("POST", "/public/x", "Transfer-Encoding: chunked\r\n"));
    for (std::size_t at = 0; at < content.size(); at += 70'000) connection.send(chunk(content.substr(at, 70'000)));
    connection.send(chunk(""));
  });
  const Response response = connection.read_response();
  sender.join();
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.complete);
  EXPECT_TRUE(response.content == content);
  EXPECT_TRUE(upstream().last().content == content);
  EXPECT_EQ(upstream().last().field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
}

TEST_F(ContentTest, AnAnswerThatEndsWithItsConnectionComesWhole) {
  const std::string content = pattern(MiB);
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.0 200 OK\r\n\r\n");
    exchange.send(content);
    exchange.close();
  });
  const Response response = send(request("GET", "/public/x"));
  EXPECT_TRUE(response.complete);
  EXPECT_TRUE(response.content == content);
}

TEST_F(ContentTest, ComesByteByByte) {
  upstream().behave([](UpstreamExchange& exchange) {
    if (!exchange.read_content()) return;
    for (const char c : std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) {
      exchange.send({&c, 1});
    }
  });
  RawClient connection = client();
  for (const char c :
       request("POST", "/public/x", "Transfer-Encoding: chunked\r\n") + chunk("a") + chunk("bc") + chunk("")) {
    ASSERT_TRUE(connection.send({&c, 1}));
  }
  const Response response = connection.read_response();
  EXPECT_EQ(response.content, "hello");
  EXPECT_TRUE(response.complete);
  EXPECT_EQ(upstream().last().content, "abc");
}

TEST_F(ContentTest, FlowsBeforeItIsWhole) {
  std::promise<void> first_piece_seen;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("first "));
    first_piece_seen.get_future().wait_for(patience);
    exchange.send(chunk("second") + chunk(""));
  });
  RawClient connection = client();
  connection.send(request("GET", "/public/x"));
  EXPECT_NE(connection.read_until("first "), "");
  first_piece_seen.set_value();
  EXPECT_NE(connection.read_until("second"), "");
  EXPECT_NE(connection.read_until("0\r\n\r\n"), "");
}

// What may be under way: the kernel's buffers of two connections (tcp_wmem and tcp_rmem, 4 and 6 MiB by
// default) and the gateway's own 64 KiB or so. Far below the 256 MiB that wait to be sent.
constexpr std::size_t much = 256 * MiB;
constexpr std::size_t most_under_way = 32 * MiB;
constexpr std::chrono::milliseconds stalled_after{700};

TEST_F(ContentTest, AClientThatStopsReadingStopsTheUpstream) {
  std::promise<std::size_t> taken;
  std::promise<void> reading;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(much) + "\r\n\r\n");
    const std::string piece(MiB, 'x');
    const std::size_t sent = exchange.socket().send_until_stalled(piece, much, stalled_after);
    taken.set_value(sent);
    reading.get_future().wait_for(patience);
    exchange.socket().send_until_stalled(piece, much - sent, patience);
  });
  RawClient connection(site().gateway.port(), 64 * 1024);
  connection.send(request("GET", "/public/x"));
  EXPECT_LT(taken.get_future().get(), most_under_way);
  reading.set_value();
  std::size_t got = 0;
  ASSERT_FALSE(connection.read_head().empty());
  // Reading goes on where it stopped; a part of the rest shows that.
  while (got < 2 * most_under_way) {
    const Received received = connection.socket().receive();
    ASSERT_FALSE(received.bytes.empty());
    got += received.bytes.size();
  }
  connection.socket().reset();
}

TEST_F(ContentTest, AnUpstreamThatStopsReadingStopsTheClient) {
  std::promise<void> reading;
  std::promise<std::size_t> got;
  upstream().behave([&](UpstreamExchange& exchange) {
    reading.get_future().wait_for(patience);
    std::size_t seen = 0;
    while (seen < much) {
      const std::size_t part = exchange.read_some().size();
      if (part == 0) break;
      seen += part;
    }
    got.set_value(seen);
    exchange.answer("thanks", "Connection: close\r\n");
    exchange.close();
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: " + std::to_string(much) + "\r\n"));
  const std::string piece(MiB, 'x');
  const std::size_t sent = connection.socket().send_until_stalled(piece, much, stalled_after);
  EXPECT_LT(sent, most_under_way);
  reading.set_value();
  EXPECT_EQ(connection.socket().send_until_stalled(piece, much - sent, patience), much - sent);
  EXPECT_EQ(connection.read_response().content, "thanks");
  EXPECT_EQ(got.get_future().get(), much);
}

TEST_F(ContentTest, AnAnswerBeforeTheContentIsSentReachesTheClient) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.answer("enough", "Connection: close\r\n", "413 Content Too Large");
    exchange.wait_for_end();
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: 100000000\r\n") + std::string(100'000, 'x'));
  const Response response = connection.read_response();
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.content, "enough");
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_NE(connection.wait_for_end(), Ending::open);
}

TEST_F(ContentTest, AClientThatGoesAwayTakesTheUpstreamsExchangeWithIt) {
  std::promise<Ending> ending;
  upstream().behave([&](UpstreamExchange& exchange) {
    ending.set_value(exchange.wait_for_end());
    exchange.close();
  });
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: 1000\r\n") + "some of it");
  ASSERT_TRUE(upstream().wait_for_requests(1));
  connection.socket().reset();
  EXPECT_NE(ending.get_future().get(), Ending::open);
  EXPECT_FALSE(upstream().last().complete);
  upstream().start_over();
  EXPECT_EQ(send(request("GET", "/public/x")).status, 200);
}

TEST_F(ContentTest, AClientThatHasSaidAllItWantsStillGetsItsAnswer) {
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "", "content"));
  connection.socket().end_writing();
  EXPECT_EQ(connection.read_response().content, "POST /public/x 7\n");
}

TEST_F(ContentTest, ContentThatBreaksOffNeverLooksWholeToTheUpstream) {
  for (const char* fields : {"Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n"}) {
    SCOPED_TRACE(fields);
    std::promise<bool> whole;
    upstream().behave([&](UpstreamExchange& exchange) { whole.set_value(exchange.read_content()); });
    RawClient connection = client();
    connection.send(request("POST", "/public/x", fields) + "5\r\nhello\r\n");
    ASSERT_TRUE(upstream().wait_for_requests(1));
    connection.socket().end_writing();
    EXPECT_FALSE(whole.get_future().get());
    upstream().start_over();
  }
}

}  // namespace
}  // namespace bearward::testing
