#include <gtest/gtest.h>

#include <string>

#include "support/certificates.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

class Tls : public SharedSiteTest<Tls> {
 public:
  static void configure(GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test"), make_certificate("other.test")});
    config.set("workers", "2");
    config.set("limits", "{handshake_timeout: 1s}");
  }

 protected:
  static std::uint16_t port() { return site().gateway.tls_port(); }
};

TEST_F(Tls, SpeaksVersions12And13) {
  struct Case {
    int version;
    const char* name;
  };
  for (const Case& c : {Case{TLS1_2_VERSION, "TLSv1.2"}, Case{TLS1_3_VERSION, "TLSv1.3"}}) {
    SCOPED_TRACE(c.name);
    TlsClient connection(port(), {.min_version = c.version, .max_version = c.version});
    ASSERT_TRUE(connection.connected()) << connection.failure();
    EXPECT_EQ(connection.version(), c.name);
    for (int i = 0; i < 3; ++i) {
      const Response response = connection.exchange(request("GET", "/api/x", bearer(site().token("alice"))));
      EXPECT_EQ(response.status, 200);
      EXPECT_EQ(upstream().last().field("X-Forwarded-Proto"), "https");
      EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
      EXPECT_EQ(upstream().last().field("X-Forwarded-Port"), std::to_string(port()));
    }
    EXPECT_EQ(connection.exchange(request("GET", "/api/x", "Connection: close\r\n")).status, 401);
    EXPECT_EQ(connection.wait_for_end(), Ending::ended) << "with close_notify";
  }
}

TEST_F(Tls, RefusesOlderVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    TlsClient connection(port(), {.min_version = version, .max_version = version});
    EXPECT_FALSE(connection.connected());
  }
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(Tls, ShowsTheCertificateOfTheNameThatIsAskedFor) {
  EXPECT_EQ(TlsClient(port(), {.server_name = "gateway.test"}).certificate_name(), "gateway.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "other.test"}).certificate_name(), "other.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "OTHER.Test"}).certificate_name(), "other.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "unknown.test"}).certificate_name(), "gateway.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = ""}).certificate_name(), "gateway.test");
}

TEST_F(Tls, ResumesSessionsOnEveryWorker) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::shared_ptr<SSL_SESSION> session;
    for (int i = 0; i < 9; ++i) {
      TlsClient connection(port(), {.min_version = version, .max_version = version, .session = session});
      ASSERT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
      EXPECT_EQ(connection.resumed(), i != 0) << "version " << version << ", connection " << i;
      session = connection.session();  // a ticket of TLS 1.3 is good for once
    }
  }
}

TEST_F(Tls, OffersForwardSecrecyOnly) {
  TlsClient connection(port(), {.min_version = TLS1_2_VERSION, .max_version = TLS1_2_VERSION});
  ASSERT_TRUE(connection.connected());
  EXPECT_TRUE(connection.cipher().starts_with("ECDHE-")) << connection.cipher();
}

TEST_F(Tls, CarriesLargeContent) {
  const std::string content(5 * 1024 * 1024, 'x');
  upstream().behave([](UpstreamExchange& exchange) {
    if (exchange.read_content()) exchange.answer(exchange.request().content);
  });
  TlsClient connection(port());
  const Response response = connection.exchange(request("POST", "/public/x", "", content));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.content == content);
}

TEST_F(Tls, HttpInTheClearIsRefusedAndTheListenerLives) {
  RawClient connection(port());
  connection.send(request("GET", "/public/x"));
  EXPECT_EQ(connection.read_response().status, 0);
  EXPECT_NE(connection.wait_for_end(), Ending::open);
  RawClient silent(port());
  EXPECT_NE(silent.wait_for_end(), Ending::open) << "a handshake has a deadline";
  EXPECT_EQ(TlsClient(port()).exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(upstream().requests().size(), 1);
}

TEST_F(Tls, AnAnswerThatBreaksOffEndsWithoutCloseNotify) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("hello"));
    exchange.close();
  });
  TlsClient connection(port());
  const Response response = connection.exchange(request("GET", "/public/x"));
  EXPECT_FALSE(response.complete);
  EXPECT_EQ(connection.wait_for_end(), Ending::reset);
}

TEST(Tls13Only, RefusesVersion12) {
  Site site([](GatewayConfig& config) { config.with_tls({make_certificate("gateway.test")}, "min_version: \"1.3\""); });
  EXPECT_FALSE(TlsClient(site.gateway.tls_port(), {.max_version = TLS1_2_VERSION}).connected());
  EXPECT_EQ(TlsClient(site.gateway.tls_port()).exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
