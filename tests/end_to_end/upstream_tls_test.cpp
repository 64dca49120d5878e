#include <gtest/gtest.h>

#include <string>

#include "support/site.h"
#include "support/tls_upstream.h"

namespace bearward::testing {
namespace {

/// Servers inside TLS, each with a certificate of its own, and what the gateway shows.
struct Servers {
  Certificate good_certificate = make_certificate("legacy.test");
  Certificate expired_certificate = make_expired_certificate("legacy.test");
  Certificate other_certificate = make_certificate("other.test");
  Certificate gateway_certificate = make_certificate("the-gateway.test");

  TlsUpstream good{good_certificate};
  TlsUpstream expired{expired_certificate};
  TlsUpstream other{other_certificate};
  TlsUpstream demanding{good_certificate, gateway_certificate.certificate};
  RecordingUpstream clear;
};

Servers& servers() {
  static Servers made;
  return made;
}

class UpstreamTls : public SharedSiteTest<UpstreamTls> {
 public:
  static void configure(GatewayConfig& config) {
    const Servers& all = servers();
    config.file("good.crt", all.good_certificate.certificate);
    config.file("expired.crt", all.expired_certificate.certificate);
    config.file("other.crt", all.other_certificate.certificate);
    config.file("gateway.crt", all.gateway_certificate.certificate);
    config.file("gateway.key", all.gateway_certificate.private_key);
    std::string upstreams;
    std::string routes;
    const auto add = [&](const std::string& name, std::uint16_t port, const std::string& tls) {
      upstreams += "\n  " + name + ": {targets: \"https://127.0.0.1:" + std::to_string(port) + "\"" +
                   (tls.empty() ? "" : ", tls: {" + tls + "}") + "}";
      routes += "  - {name: " + name + ", match: {path: /" + name + "}, access: public, upstream: " + name + "}\n";
    };
    add("good", all.good.port(), "ca: good.crt, server_name: legacy.test");
    add("by_address", all.good.port(), "ca: good.crt");
    add("by_system", all.good.port(), "server_name: legacy.test");
    add("wrong_name", all.other.port(), "ca: other.crt, server_name: legacy.test");
    add("wrong_authority", all.good.port(), "ca: other.crt, server_name: legacy.test");
    add("expired", all.expired.port(), "ca: expired.crt, server_name: legacy.test");
    add("unverified", all.expired.port(), "verify: false, server_name: legacy.test");
    add("no_tls", all.clear.port(), "ca: good.crt, server_name: legacy.test");
    add("shown", all.demanding.port(),
        "ca: good.crt, server_name: legacy.test, certificate: gateway.crt, private_key: gateway.key");
    add("not_shown", all.demanding.port(), "ca: good.crt, server_name: legacy.test");
    config.set("upstreams", upstreams);
    config.routes(routes);
  }
};

TEST_F(UpstreamTls, TalksToATargetThatProvesWhoItIsOverKeptConnections) {
  const std::size_t before = servers().good.connections();
  for (int i = 0; i < 5; ++i) {
    const Response response = send(request("GET", "/good"));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content, "legacy.test/nobody") << "asked for by its name";
  }
  EXPECT_EQ(servers().good.connections(), before + 1);
}

TEST_F(UpstreamTls, RefusesEveryOtherWith502AndSaysWhyInTheLog) {
  struct Case {
    const char* path;
    const char* reason;
  };
  const Case cases[] = {
      {"/by_address", "IP address mismatch"},  {"/by_system", "self-signed certificate"},
      {"/wrong_name", "hostname mismatch"},    {"/wrong_authority", "self-signed certificate"},
      {"/expired", "certificate has expired"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.path);
    EXPECT_EQ(send(request("GET", c.path)).status, 502);
    EXPECT_TRUE(site().gateway.wait_for_log(c.reason));
  }
  EXPECT_EQ(send(request("GET", "/no_tls")).status, 504) << "it waits for the rest of what it takes for a request";
  EXPECT_EQ(servers().clear.requests().size(), 0U);
}

TEST_F(UpstreamTls, TakesAnyCertificateOnlyWhereThatIsSpelledOut) {
  EXPECT_EQ(send(request("GET", "/unverified")).content, "legacy.test/nobody");
  const CommandResult check = site().gateway.run({"check"});
  EXPECT_NE((check.output + check.errors).find("warning: verify: false takes any certificate"), std::string::npos);
}

TEST_F(UpstreamTls, ShowsItsOwnCertificateToATargetThatAsks) {
  EXPECT_EQ(send(request("GET", "/shown")).content, "legacy.test/the-gateway.test");
  EXPECT_EQ(send(request("GET", "/not_shown")).status, 502);
}

}  // namespace
}  // namespace bearward::testing
