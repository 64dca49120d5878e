#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/certificates.h"
#include "support/client_hello.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

class TlsHandshake : public SharedSiteTest<TlsHandshake> {
 public:
  static void configure(GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test")});
    config.set("limits", "{handshake_timeout: 1s, header_timeout: 1h, idle_timeout: 1h}");
  }

 protected:
  static std::uint16_t port() { return site().gateway.tls_port(); }
};

TEST_F(TlsHandshake, HasATimeHoweverItStops) {
  const std::string hello = client_hello("gateway.test");
  for (const std::size_t sent : {std::size_t{0}, std::size_t{1}, hello.size() / 2, hello.size()}) {
    SCOPED_TRACE(std::to_string(sent) + " octets, then silence");
    RawClient silent(port());
    ASSERT_TRUE(sent == 0 || silent.send(hello.substr(0, sent)));
    EXPECT_NE(silent.wait_for_end(), Ending::open);
  }
  EXPECT_EQ(TlsClient(port()).exchange(request("GET", "/public/x")).status, 200);
}

TEST_F(TlsHandshake, HasATimeHoweverItTrickles) {
  const std::string hello = client_hello("gateway.test");
  RawClient slow(port());
  Received received;
  std::size_t sent = 0;
  // At this pace the ClientHello would take far longer than the handshake may.
  while (sent < hello.size() && received.ending == Ending::open) {
    if (!slow.send(hello.substr(sent++, 1))) break;
    received = slow.socket().receive(100ms);
    EXPECT_EQ(received.bytes, "");
  }
  EXPECT_LT(sent, hello.size());
  EXPECT_TRUE(site().gateway.wait_for_log("TLS handshake with 127.0.0.1 failed: Connection timed out"));
}

TEST_F(TlsHandshake, ManyFailuresAreOneLineAMinute) {
  for (int i = 0; i < 40; ++i) {
    RawClient client(port());
    client.send(request("GET", "/public/x"));
    EXPECT_NE(client.wait_for_end(), Ending::open);
  }
  ASSERT_TRUE(eventually(
      [] { return count(site().gateway.errors(), "TLS handshake with 127.0.0.1 failed: TLS: http request") >= 40; }));
  EXPECT_LE(count(site().gateway.errors(), "TLS handshakes have failed"), 2) << "a slow machine may take two minutes";
  EXPECT_GE(count(site().gateway.errors(), "TLS handshakes have failed"), 1);
}

TEST(TlsHandshakesUnderWay, BeyondTheLimitConnectionsWaitForTheirTurn) {
  Site site([](GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test")});
    config.set("limits", "{handshakes: 2, handshake_timeout: 1h}");
  });
  const std::string hello = client_hello("gateway.test");
  const std::uint16_t port = site.gateway.tls_port();
  TlsClient established(port);
  ASSERT_EQ(established.exchange(request("GET", "/public/x")).status, 200);

  std::vector<RawClient> answered;  // and now they leave the gateway waiting
  for (int i = 0; i < 2; ++i) {
    answered.emplace_back(port);
    ASSERT_TRUE(answered.back().send(hello));
    ASSERT_NE(answered.back().socket().receive().bytes, "");
  }
  RawClient waiting(port);
  ASSERT_TRUE(waiting.send(hello));
  EXPECT_TRUE(site.gateway.wait_for_log("limits.handshakes: more connections wait"));
  EXPECT_EQ(waiting.socket().receive(300ms).bytes, "");
  EXPECT_EQ(established.exchange(request("GET", "/public/x")).status, 200) << "is past its handshake";
  EXPECT_EQ(site.send(request("GET", "/public/x")).status, 200) << "in clear text there is none";

  answered.pop_back();
  EXPECT_NE(waiting.socket().receive().bytes, "");
  answered.clear();
  EXPECT_EQ(TlsClient(port).exchange(request("GET", "/public/x")).status, 200);
  waiting.socket().close();
  established.socket().close();
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

}  // namespace
}  // namespace bearward::testing
