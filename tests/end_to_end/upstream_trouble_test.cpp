#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/free_port.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

/// Listens and never accepts; its queue is full, so that the kernel drops whoever knocks.
struct DeafListener {
  DeafListener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), port(free_port()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool listens = ::bind(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                         ::listen(socket.descriptor(), 0) == 0;
    if (!listens) throw std::runtime_error("the deaf listener cannot listen");
    queued.push_back(TcpSocket::connect(port));
  }
  TcpSocket socket;
  std::uint16_t port;
  std::vector<TcpSocket> queued;
};

const DeafListener& deaf_listener() {
  static const DeafListener listener;
  return listener;
}

class UpstreamTrouble : public SharedSiteTest<UpstreamTrouble> {
 public:
  static void configure(GatewayConfig& config) {
    const std::string echo = "http://127.0.0.1:" + std::to_string(config.upstream_port());
    const std::string full = "http://127.0.0.1:" + std::to_string(deaf_listener().port);
    const std::string nobody = "http://127.0.0.1:" + std::to_string(free_port());
    config.set("upstreams", "\n  echo: {targets: [\"" + echo + "\"], response_timeout: 300ms}" +
                                "\n  deaf: {targets: [\"" + full + "\"], connect_timeout: 200ms}" +
                                "\n  nobody: {targets: [\"" + nobody + "\"]}" + "\n  two: {targets: [\"" + nobody +
                                "\", \"" + echo + "\"]}");
    config.set("limits", "{idle_timeout: 1s, request_body: 1024MiB}");
    config.routes(R"(
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - {name: nobody, match: {path: /nobody/**}, access: public, upstream: nobody}
  - {name: deaf, match: {path: /deaf/**}, access: public, upstream: deaf}
  - {name: two, match: {path: /two/**}, access: public, upstream: two}
)");
  }

 protected:
  static void expect_gateway_error(const Response& response, int status) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
    EXPECT_FALSE(response.field("X-Request-Id").empty());
    EXPECT_TRUE(response.complete);
  }
};

TEST_F(UpstreamTrouble, ConnectionRefusedIs502) {
  RawClient connection = client();
  expect_gateway_error(connection.exchange(request("GET", "/nobody/x")), 502);
  expect_gateway_error(connection.exchange(request("POST", "/nobody/x", "", "content")), 502);
}

TEST_F(UpstreamTrouble, ConnectingTooSlowlyIs504) { expect_gateway_error(send(request("GET", "/deaf/x")), 504); }

TEST_F(UpstreamTrouble, AnotherTargetTakesTheRequestOfOneThatRefuses) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(send(request("POST", "/two/x", "", "content")).status, 200);
}

TEST_F(UpstreamTrouble, TooSlowIs504) {
  upstream().behave([](UpstreamExchange& exchange) { exchange.wait_for_end(); });
  expect_gateway_error(send(request("GET", "/public/x")), 504);
  expect_gateway_error(send(request("POST", "/public/x", "", "content")), 504);
  EXPECT_EQ(upstream().requests().size(), 2) << "what may have been carried out is not sent again";
}

TEST_F(UpstreamTrouble, ThatDoesNotTakeTheContentIs504) {
  for (const char* framing : {"Content-Length: 1000000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    SCOPED_TRACE(framing);
    std::promise<void> answered;
    const std::shared_future<void> until = answered.get_future().share();
    upstream().behave([until](UpstreamExchange& exchange) {
      until.wait_for(patience);
      exchange.close();
    });
    RawClient connection = client();
    connection.send(request("POST", "/public/x", framing));
    const std::string piece(1024 * 1024, 'x');
    const std::string framed = std::string(framing).starts_with("T") ? chunk(piece) : piece;
    connection.socket().send_until_stalled(framed, 256 * framed.size(), std::chrono::milliseconds(500));
    expect_gateway_error(connection.read_response(), 504);
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    answered.set_value();
  }
}

TEST_F(UpstreamTrouble, AMalformedAnswerIs502) {
  struct Case {
    const char* name;
    std::string answer;
  };
  const auto with_fields = [](const std::string& fields) { return "HTTP/1.1 200 OK\r\n" + fields + "\r\nhello"; };
  const Case cases[] = {
      {"another protocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
      {"no status", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"},
      {"a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"},
      {"a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 0\r\n\r\n"},
      {"another version", "HTTP/3.0 200 OK\r\nContent-Length: 0\r\n\r\n"},
      {"both lengths", with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
      {"two lengths", with_fields("Content-Length: 5\r\nContent-Length: 6\r\n")},
      {"a length that is none", with_fields("Content-Length: five\r\n")},
      {"an unknown coding", with_fields("Transfer-Encoding: gzip\r\n")},
      {"a space before a colon", with_fields("Content-Length : 5\r\n")},
      {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"},
      {"folding", with_fields("X-A: b\r\n c\r\nContent-Length: 5\r\n")},
      {"NUL in a field", with_fields("X-A: \0\r\nContent-Length: 5\r\n"s)},
      {"a switch of protocols that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
      {"a head without end", "HTTP/1.1 200 OK\r\nX-A: " + std::string(200'000, 'x')},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    upstream().behave([&c](UpstreamExchange& exchange) {
      exchange.read_content();
      exchange.send(c.answer);
      exchange.wait_for_end();
      exchange.close();
    });
    RawClient connection = client();
    expect_gateway_error(connection.exchange(request("GET", "/public/x")), 502);
    EXPECT_EQ(upstream().requests().size(), 1) << "an answered request is not sent again";
    upstream().start_over();
    EXPECT_EQ(connection.exchange(request("GET", "/public/y")).content, "GET /public/y 0\n");
    upstream().start_over();
  }
}

TEST_F(UpstreamTrouble, AnAnswerThatBreaksOffNeverLooksWhole) {
  struct Case {
    const char* name;
    std::string answer;
    bool reset;
  };
  const Case cases[] = {
      {"short of its length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", false},
      {"a chunk short of its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhello", false},
      {"without its last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", false},
      {"a malformed chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n", false},
      {"reset", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello", true},
      {"reset without a length", "HTTP/1.1 200 OK\r\n\r\nhello", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    // The gateway may have cut both connections, and this test be over, before the upstream looks again.
    const auto client_has_head = std::make_shared<std::atomic<bool>>(false);
    upstream().behave([client_has_head, answer = c.answer, reset = c.reset](UpstreamExchange& exchange) {
      exchange.read_content();
      exchange.send(answer);
      eventually([&] { return client_has_head->load(); });
      if (reset) {
        exchange.reset();
      } else {
        exchange.close();
      }
    });
    RawClient connection = client();
    connection.send(request("GET", "/public/x"));
    // The answer's head and first bytes pass before the end is known; then the connection is cut.
    std::string seen;
    Ending ending = Ending::open;
    while (ending == Ending::open) {
      const Received received = connection.socket().receive();
      if (received.bytes.empty() && received.ending == Ending::open) break;
      seen += received.bytes;
      ending = received.ending;
      if (seen.find("hello") != std::string::npos) *client_has_head = true;
    }
    *client_has_head = true;
    EXPECT_TRUE(seen.starts_with("HTTP/1.1 200 "));
    EXPECT_EQ(seen.find("\r\n0\r\n"), std::string::npos) << "the last chunk would say that it is whole";
    EXPECT_EQ(ending, Ending::reset);
    upstream().start_over();
  }
}

TEST_F(UpstreamTrouble, TheSameHoldsForHttp10WhoseContentEndsWithTheConnection) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("hello"));
    exchange.close();
  });
  const Response response = send("GET /public/x HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(response.complete);
}

TEST_F(UpstreamTrouble, ClosedWithoutAnAnswerIs502) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.read_content();
    exchange.close();
  });
  expect_gateway_error(send(request("GET", "/public/x")), 502);
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.read_content();
    exchange.send("HTTP/1.1 200 OK\r\nContent-");
    exchange.close();
  });
  expect_gateway_error(send(request("GET", "/public/x")), 502);
}

TEST_F(UpstreamTrouble, RepeatsWhatIsIdempotentOnce) {
  std::atomic<int> seen = 0;
  const auto fail_first = [&seen](UpstreamExchange& exchange) {
    exchange.read_content();
    if (seen++ == 0) return exchange.close();
    RecordingUpstream::answer_normally(exchange);
  };
  upstream().behave(fail_first);
  EXPECT_EQ(send(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(seen, 2);

  seen = 0;
  EXPECT_EQ(send(request("POST", "/public/x", "", "content")).status, 502) << "it may have been carried out";
  EXPECT_EQ(seen, 1);
}

TEST_F(UpstreamTrouble, AStalePooledConnectionIsNoTrouble) {
  // Idle connections that the upstream closed meanwhile: no request is lost to them.
  for (int i = 0; i < 20; ++i) {
    upstream().behave([](UpstreamExchange& exchange) {
      exchange.read_content();
      exchange.answer("x");  // does not say that it will
      exchange.close();
    });
    EXPECT_EQ(send(request("GET", "/public/x")).status, 200);
  }
}

TEST_F(UpstreamTrouble, BytesThatNobodyAskedForEndAPooledConnection) {
  const std::string mine = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine";
  const std::string others = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nothers";
  for (const bool together : {true, false}) {
    SCOPED_TRACE(together ? "with the answer" : "after it");
    std::promise<void> answered;
    std::promise<void> sent;
    upstream().behave([&](UpstreamExchange& exchange) {
      exchange.send(together ? mine + others : mine);
      answered.get_future().wait_for(patience);
      if (!together) exchange.send(others);
      sent.set_value();
    });
    EXPECT_EQ(send(request("GET", "/public/x")).content, "mine");
    upstream().behave([](UpstreamExchange& exchange) { exchange.answer("right"); });
    answered.set_value();
    sent.get_future().wait_for(patience);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(send(request("GET", "/public/y")).content, "right");
  }
}

TEST_F(UpstreamTrouble, AnAnswerThatStallsIsCut) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
    exchange.wait_for_end();
  });
  const Response response = send(request("GET", "/public/x"));
  EXPECT_EQ(response.status, 200);
  EXPECT_FALSE(response.complete);
  EXPECT_EQ(response.ending, Ending::reset);
}

}  // namespace
}  // namespace bearward::testing
