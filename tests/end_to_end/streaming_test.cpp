#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "support/certificates.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t MiB = 1024 * 1024;

class Streaming : public SharedSiteTest<Streaming> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("limits", "{request_body: 1024MiB}");
    config.with_tls({make_certificate("gateway.test")});
  }

 protected:
  static std::unique_ptr<HttpClient> connect(bool tls) {
    if (tls) return std::make_unique<TlsClient>(site().gateway.tls_port());
    return std::make_unique<RawClient>(site().gateway.port());
  }
};

TEST_F(Streaming, EachEventPassesBeforeTheNextIsMade) {
  constexpr int events = 100;
  const auto event = [](int i) { return "data: event " + std::to_string(i) + "\n\n"; };
  for (const bool tls : {false, true}) {
    SCOPED_TRACE(tls ? "TLS" : "clear");
    for (const bool chunks : {true, false}) {
      SCOPED_TRACE(chunks ? "chunked" : "until the end");
      std::array<std::promise<void>, events> seen;
      upstream().behave([&](UpstreamExchange& exchange) {
        exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" +
                      std::string(chunks ? "Transfer-Encoding: chunked\r\n\r\n" : "Connection: close\r\n\r\n"));
        for (int i = 0; i < events; ++i) {
          exchange.send(chunks ? chunk(event(i)) : event(i));
          if (seen[static_cast<std::size_t>(i)].get_future().wait_for(patience) != std::future_status::ready) return;
        }
        exchange.send(chunks ? chunk("") : "");
        exchange.close();
      });
      const auto connection = connect(tls);
      connection->send(request("GET", "/public/events"));
      for (int i = 0; i < events; ++i) {
        // With the end of its chunk: some clients hand a chunk on only when they have seen that.
        ASSERT_NE(connection->read_until(event(i) + "\r\n"), "") << i;
        seen[static_cast<std::size_t>(i)].set_value();
      }
      EXPECT_NE(connection->read_until("0\r\n\r\n"), "");
    }
  }
}

TEST_F(Streaming, PiecesOfAnUploadPassBeforeTheNextIsMade) {
  for (const bool tls : {false, true}) {
    SCOPED_TRACE(tls ? "TLS" : "clear");
    std::array<std::promise<void>, 20> seen;
    upstream().behave([&](UpstreamExchange& exchange) {
      std::string got;
      for (std::size_t i = 0; i < seen.size(); ++i) {
        while (got.find("piece " + std::to_string(i) + "\r\n") == std::string::npos) {
          const std::string more = exchange.read_some();
          if (more.empty()) return;
          got += more;
        }
        seen[i].set_value();
      }
      RecordingUpstream::answer_normally(exchange);
    });
    const auto connection = connect(tls);
    connection->send(request("POST", "/public/pieces", "Transfer-Encoding: chunked\r\n"));
    for (std::size_t i = 0; i < seen.size(); ++i) {
      connection->send(chunk("piece " + std::to_string(i)));
      ASSERT_EQ(seen[i].get_future().wait_for(patience), std::future_status::ready) << i;
    }
    connection->send(chunk(""));
    EXPECT_EQ(connection->read_response().status, 200);
  }
}

TEST_F(Streaming, AClientThatVanishesBetweenTwoEventsEndsTheUpstreamsExchange) {
  for (const bool tls : {false, true}) {
    SCOPED_TRACE(tls ? "TLS" : "clear");
    std::promise<Ending> ending;
    upstream().behave([&](UpstreamExchange& exchange) {
      exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("first"));
      ending.set_value(exchange.wait_for_end());
      exchange.close();
    });
    auto connection = connect(tls);
    connection->send(request("GET", "/public/events"));
    ASSERT_NE(connection->read_until("first"), "");
    connection.reset();
    EXPECT_NE(ending.get_future().get(), Ending::open) << "idle_timeout is a minute";
  }
}

TEST_F(Streaming, AClientThatVanishesWhileItsContentWaitsForTheUpstreamEndsTheExchange) {
  std::promise<void> gone;
  std::promise<Ending> ending;
  upstream().behave([&](UpstreamExchange& exchange) {
    gone.get_future().wait_for(patience);
    ending.set_value(exchange.wait_for_end());
    exchange.close();
  });
  {
    RawClient connection = client();
    connection.send(request("POST", "/public/x", "Content-Length: 1000000000\r\n"));
    connection.socket().send_until_stalled(std::string(MiB, 'x'), 256 * MiB, 700ms);
  }
  gone.set_value();
  EXPECT_NE(ending.get_future().get(), Ending::open);
}

/// The most anonymous memory that a process holds while this lives.
class MemoryPeak {
 public:
  explicit MemoryPeak(pid_t process) : process_(process), least_(held()), most_(least_) {
    sampler_ = std::thread([this] {
      do {
        most_ = std::max(most_, held());
      } while (ended_.wait_for(5ms) != std::future_status::ready);
    });
  }
  /// Over what it held at first, in bytes.
  std::size_t rise() {
    end_.set_value();
    sampler_.join();
    return most_ - least_;
  }

 private:
  std::size_t held() const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    std::string word;
    std::size_t kibibytes = 0;
    while (status >> word && word != "RssAnon:") {
    }
    status >> kibibytes;
    return kibibytes * 1024;
  }

  pid_t process_;
  std::size_t least_;
  std::size_t most_;
  std::promise<void> end_;
  std::future<void> ended_ = end_.get_future();
  std::thread sampler_;
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t most_rise = 300 * MiB;  // sanitizers keep what was freed, and a shadow of all
#else
constexpr std::size_t most_rise = MiB;
#endif

TEST_F(Streaming, LargeContentCostsNoMemory) {
  const std::string piece(MiB, 'x');
  const auto whole_exchange = [&](HttpClient& connection, bool chunks, std::size_t mebibytes) {
    const std::string framing =
        chunks ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + std::to_string(mebibytes * MiB) + "\r\n";
    const std::string framed = chunks ? chunk(piece) : piece;
    upstream().behave([&, framing, framed](UpstreamExchange& exchange) {
      if (!exchange.read_content()) return;
      exchange.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n");
      for (std::size_t i = 0; i < mebibytes; ++i) exchange.send(framed);
      if (chunks) exchange.send(chunk(""));
    });
    connection.send(request("POST", "/public/x", framing));
    for (std::size_t i = 0; i < mebibytes; ++i) connection.send(framed);
    if (chunks) connection.send(chunk(""));
    const Response response = connection.read_response();
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.content.size(), mebibytes * MiB);
    EXPECT_EQ(upstream().last().content.size(), mebibytes * MiB);
    upstream().start_over();
  };
  for (const bool tls : {false, true}) {
    for (const bool chunks : {false, true}) {
      SCOPED_TRACE(std::string(tls ? "TLS, " : "clear, ") + (chunks ? "chunked" : "with a length"));
      const auto connection = connect(tls);
      whole_exchange(*connection, chunks, 2);  // what any exchange needs is there before it is measured
      MemoryPeak peak(site().gateway.process_id());
      whole_exchange(*connection, chunks, 64);
      EXPECT_LT(peak.rise(), most_rise);
    }
  }
}

/// A client has to keep up 10 KiB a second, after half a second of grace.
class SlowClients : public SharedSiteTest<SlowClients> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("limits", "{request_body: 1024MiB, min_data_rate: 10KiB, data_rate_grace: 500ms}");
  }
};

TEST_F(SlowClients, ThatSendAByteNowAndThenAreGivenUp) {
  for (const char* framing : {"Content-Length: 1000000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    SCOPED_TRACE(framing);
    std::promise<bool> whole;
    upstream().behave([&](UpstreamExchange& exchange) { whole.set_value(exchange.read_content()); });
    RawClient connection = client();
    connection.send(request("POST", "/public/x", framing));
    std::thread sender([&] {
      while (connection.socket().send("1\r\nx\r\n", 1s)) {
        if (connection.socket().receive(50ms).ending != Ending::open) break;
      }
    });
    EXPECT_FALSE(whole.get_future().get()) << "idle_timeout, a minute, is kept by every byte";
    sender.join();
    upstream().start_over();
  }
}

TEST_F(SlowClients, AreToldSo) {
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: 1000000\r\n") + "some of it");
  const Response response = connection.read_response();
  EXPECT_EQ(response.status, 408);
  EXPECT_EQ(response.field("Connection"), "close");
}

TEST_F(SlowClients, ThatAreFastOnTheWholeAreLeftAlone) {
  RawClient connection = client();
  connection.send(request("POST", "/public/x", "Content-Length: 40003\r\n") + std::string(40'000, 'x'));
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(connection.socket().receive(500ms).bytes.empty());  // beyond the grace, within what it has earned
    connection.send("x");
  }
  EXPECT_EQ(connection.read_response().content, "POST /public/x 40003\n");
}

TEST_F(SlowClients, AreNotJudgedByTheUpstreamsPauses) {
  std::promise<void> waited;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("first"));
    waited.get_future().wait_for(patience);
    exchange.send(chunk("second") + chunk(""));
  });
  RawClient connection = client();
  connection.send(request("GET", "/public/x"));
  EXPECT_NE(connection.read_until("first"), "");
  EXPECT_EQ(connection.read_until("second", 1500ms), "");
  waited.set_value();
  EXPECT_NE(connection.read_until("second"), "");
}

/// Nothing reads so fast.
class SlowReaders : public SharedSiteTest<SlowReaders> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("limits", "{min_data_rate: 1024MiB, data_rate_grace: 300ms}");
  }
};

TEST_F(SlowReaders, AreCutAndTheUpstreamIsFree) {
  std::promise<Ending> ending;
  upstream().behave([&](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    exchange.socket().send_until_stalled(std::string(MiB, 'x'), 1'000'000'000, patience);
    ending.set_value(exchange.wait_for_end());
    exchange.close();
  });
  RawClient connection(site().gateway.port(), 64 * 1024);
  connection.send(request("GET", "/public/x"));
  EXPECT_NE(ending.get_future().get(), Ending::open) << "idle_timeout is a minute";
}

}  // namespace
}  // namespace bearward::testing
