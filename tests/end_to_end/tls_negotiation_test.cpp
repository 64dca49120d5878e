#include <gtest/gtest.h>

#include <string>

#include "support/certificates.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

class TlsNegotiation : public SharedSiteTest<TlsNegotiation> {
 public:
  static void configure(GatewayConfig& config) {
    config.with_tls(
        {make_certificate("gateway.test"), make_rsa_certificate("gateway.test"), make_certificate("*.wild.test")});
  }

 protected:
  static std::uint16_t port() { return site().gateway.tls_port(); }
};

TEST_F(TlsNegotiation, ChoosesHttp11AndTellsWhoSpeaksOnlyOthers) {
  struct Case {
    const char* name;
    std::vector<std::string> offered;
    const char* chosen;  // null: refused
  };
  const Case cases[] = {
      {"nothing", {}, ""},
      {"HTTP/1.1", {"http/1.1"}, "http/1.1"},
      {"a browser", {"h2", "http/1.1"}, "http/1.1"},
      {"HTTP/1.0", {"http/1.0"}, "http/1.0"},
      {"HTTP/2 alone", {"h2"}, nullptr},
      {"a certificate authority that asks who owns the name", {"acme-tls/1"}, nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TlsClient client(port(), {.protocols = c.offered});
    EXPECT_EQ(client.connected(), c.chosen != nullptr) << client.failure();
    if (c.chosen == nullptr) {
      EXPECT_NE(client.failure().find("alert no application protocol"), std::string::npos) << client.failure();
      continue;
    }
    EXPECT_EQ(client.protocol(), c.chosen);
    EXPECT_EQ(client.exchange(request("GET", "/public/x")).status, 200);
  }
}

TEST_F(TlsNegotiation, ShowsTheCertificateThatTheClientCanVerify) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    const TlsOptions either{.min_version = version, .max_version = version};
    TlsOptions rsa_only = either;
    rsa_only.signature_algorithms = "RSA-PSS+SHA256:RSA+SHA256";
    EXPECT_EQ(TlsClient(port(), either).key_kind(), EVP_PKEY_EC);
    EXPECT_EQ(TlsClient(port(), rsa_only).key_kind(), EVP_PKEY_RSA);
  }
}

TEST_F(TlsNegotiation, AWildcardIsOneLabel) {
  EXPECT_EQ(TlsClient(port(), {.server_name = "a.wild.test"}).certificate_name(), "*.wild.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "A.WILD.test"}).certificate_name(), "*.wild.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "a.b.wild.test"}).certificate_name(), "gateway.test");
  EXPECT_EQ(TlsClient(port(), {.server_name = "wild.test"}).certificate_name(), "gateway.test");
}

TEST_F(TlsNegotiation, TakesNoWeakSignature) {
  for (const char* weak : {"ECDSA+SHA1:RSA+SHA1", "ECDSA+SHA224:RSA+SHA224"}) {
    SCOPED_TRACE(weak);
    EXPECT_FALSE(TlsClient(port(), {.max_version = TLS1_2_VERSION, .signature_algorithms = weak}).connected());
  }
}

TEST_F(TlsNegotiation, TakesNoCipherWithoutForwardSecrecyOrWithCbc) {
  for (const char* weak : {"AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA256", "ECDHE-ECDSA-AES256-SHA", "aNULL"}) {
    SCOPED_TRACE(weak);
    EXPECT_FALSE(TlsClient(port(), {.max_version = TLS1_2_VERSION, .ciphers = weak}).connected());
  }
  EXPECT_TRUE(TlsClient(port(), {.max_version = TLS1_2_VERSION, .ciphers = "ECDHE-RSA-AES128-GCM-SHA256"}).connected());
}

TEST(TlsSettings, SayWhatIsNegotiated) {
  Site site([](GatewayConfig& config) {
    config.with_tls({make_certificate("gateway.test"), make_certificate("*.wild.test")},
                    "max_version: \"1.2\", ciphers: ECDHE-ECDSA-AES128-SHA256, groups: P-384, strict_sni: true");
  });
  const std::uint16_t port = site.gateway.tls_port();
  TlsClient client(port);
  ASSERT_TRUE(client.connected()) << client.failure();
  EXPECT_EQ(client.version(), "TLSv1.2");
  EXPECT_EQ(client.cipher(), "ECDHE-ECDSA-AES128-SHA256");
  EXPECT_EQ(client.group(), "secp384r1");
  EXPECT_FALSE(TlsClient(port, {.min_version = TLS1_3_VERSION}).connected());
  EXPECT_TRUE(TlsClient(port, {.server_name = "x.wild.test"}).connected());
  for (const char* name : {"", "unknown.test", "wild.test"}) {
    SCOPED_TRACE(name);
    TlsClient stranger(port, {.server_name = name});
    EXPECT_FALSE(stranger.connected());
    EXPECT_NE(stranger.failure().find("unrecognized name"), std::string::npos) << stranger.failure();
  }
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

TEST(TlsSettings, ThatOpensslDoesNotKnowAreRefused) {
  Site site([](GatewayConfig& config) { config.with_tls({make_certificate("gateway.test")}); });
  struct Case {
    const char* settings;
    const char* message;
  };
  const Case cases[] = {
      {"ciphers: ECDHE-ECDSA-AES128-GCM-SHA257",
       "ciphers: OpenSSL does not know \\\"ECDHE-ECDSA-AES128-GCM-SHA257\\\""},
      {"ciphers: \"ECDHE+AESGCM:AES-NONE\"", "ciphers: OpenSSL does not know \\\"AES-NONE\\\""},
      {"ciphersuites: TLS_AES_129", "ciphersuites: OpenSSL does not know all of"},
      {"groups: P-257", "groups: OpenSSL does not know all of"},
      {"min_version: \"1.3\", max_version: \"1.2\"", "max_version below min_version"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.settings);
    site.gateway.config().with_tls({make_certificate("gateway.test")}, c.settings);
    site.gateway.write_files();
    const Response refused = site.gateway.reload();
    EXPECT_NE(refused.status, 200);
    EXPECT_NE(refused.content.find(c.message), std::string::npos) << refused.content;
  }
  EXPECT_TRUE(TlsClient(site.gateway.tls_port()).connected());
}

}  // namespace
}  // namespace bearward::testing
