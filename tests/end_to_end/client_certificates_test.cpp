#include <gtest/gtest.h>

#include <string>

#include "support/certificate_authority.h"
#include "support/site.h"
#include "support/tls_client.h"

namespace bearward::testing {
namespace {

const CertificateAuthority& authority() {
  static const CertificateAuthority made;
  return made;
}

Certificate billing() {
  return authority().issue({.common_name = "billing, \"the\" service",
                            .organization = "Exämple",
                            .names = "DNS:Billing.Test,DNS:bill.test,email:b@test.example,URI:spiffe://test/billing",
                            .serial = 0x1abc});
}
Certificate reports() { return authority().issue({.common_name = "reports", .names = "DNS:reports.test"}); }

constexpr std::string_view routes =
    "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
    "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
    "  - name: billing\n    match: {path: /billing/**}\n    upstream: echo\n"
    "    access: {client_certificate: {dns: [BILLING.test, other.test], issuer: CN=Clients of the tests}}\n"
    "  - name: any\n    match: {path: /any/**}\n    upstream: echo\n"
    "    access: {client_certificate: {required: true}}\n"
    "  - name: both\n    match: {path: /both/**}\n    upstream: echo\n"
    "    access: {roles: staff, client_certificate: {uri: spiffe://test/billing}}\n"
    "  - name: without\n    match: {path: /without/**}\n    upstream: echo\n"
    "    access: {not: {client_certificate: {required: true}}}\n";

constexpr std::string_view headers =
    "{headers: {X-Forwarded-User: \"{user.username}\", X-Client-Subject: \"{certificate.subject}\", "
    "X-Client-Names: \"{certificate.dns}\", X-Client-Mail: \"{certificate.email}\", X-Client-Uri: "
    "\"{certificate.uri}\", X-Client-Serial: \"{certificate.serial}\", X-Client-Id: "
    "\"sha256={certificate.fingerprint}\", "
    "X-Client-Issuer: \"{certificate.issuer}\"}}";

void configure_with(GatewayConfig& config, const std::string& certificates) {
  config.with_tls({make_certificate("gateway.test")}, "client_certificates: " + certificates);
  config.file("clients.pem", authority().certificate());
  config.set("identity", std::string(headers));
  config.routes(std::string(routes));
}

class ClientCertificates : public SharedSiteTest<ClientCertificates> {
 public:
  static void configure(GatewayConfig& config) { configure_with(config, "{ca: clients.pem, mode: optional}"); }

 protected:
  static std::uint16_t port() { return site().gateway.tls_port(); }
  static int status_of(const std::string& path, const std::optional<Certificate>& certificate,
                       const std::string& user = "") {
    TlsClient client(port(), {.certificate = certificate});
    return client.exchange(request("GET", path, user.empty() ? "" : bearer(site().token(user)))).status;
  }
};

TEST_F(ClientCertificates, AreToldToUpstreamsAndNobodyElsesWordIs) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    TlsClient client(port(), {.min_version = version, .max_version = version, .certificate = billing()});
    const std::string forged = "X-Client-Subject: CN=admin\r\nX_Client_Names: admin.test\r\n";
    ASSERT_EQ(client.exchange(request("GET", "/public/x", forged)).status, 200);
    const auto& seen = upstream().last();
    EXPECT_EQ(seen.field("X-Client-Subject"), "CN=billing\\, \\\"the\\\" service,O=Exämple");
    EXPECT_EQ(seen.field("X-Client-Issuer"), "CN=Clients of the tests");
    EXPECT_EQ(seen.field("X-Client-Names"), "billing.test,bill.test");
    EXPECT_EQ(seen.field("X_Client_Names"), "");
    EXPECT_EQ(seen.field("X-Client-Mail"), "b@test.example");
    EXPECT_EQ(seen.field("X-Client-Uri"), "spiffe://test/billing");
    EXPECT_EQ(seen.field("X-Client-Serial"), "1ABC");
    EXPECT_EQ(seen.field("X-Client-Id").size(), 7U + 64U);
    EXPECT_EQ(seen.field("X-Forwarded-User"), "");
    ASSERT_EQ(client.exchange(request("GET", "/api/x", bearer(site().token("alice")))).status, 200);
    EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
    EXPECT_EQ(upstream().last().field("X-Client-Names"), "billing.test,bill.test");
  }
  TlsClient nobody(port());
  ASSERT_EQ(nobody.exchange(request("GET", "/public/x", "X-Client-Subject: CN=admin\r\n")).status, 200);
  EXPECT_EQ(upstream().last().field("X-Client-Subject"), "");
}

TEST_F(ClientCertificates, OpenRoutesThatAskForThem) {
  EXPECT_EQ(status_of("/billing/x", billing()), 200);
  EXPECT_EQ(status_of("/billing/x", reports()), 401);
  EXPECT_EQ(status_of("/billing/x", std::nullopt), 401);
  EXPECT_EQ(status_of("/billing/x", reports(), "alice"), 403);
  EXPECT_EQ(status_of("/billing/x", std::nullopt, "alice"), 403);
  EXPECT_EQ(status_of("/any/x", reports()), 200);
  EXPECT_EQ(status_of("/any/x", std::nullopt), 401);
  EXPECT_EQ(status_of("/both/x", billing()), 401) << "the other condition asks for a user";
  EXPECT_EQ(status_of("/both/x", billing(), "alice"), 200);
  EXPECT_EQ(status_of("/both/x", billing(), "root"), 403);
  EXPECT_EQ(status_of("/both/x", reports(), "alice"), 403);
  EXPECT_EQ(status_of("/api/x", billing()), 401) << "a certificate is no token";
  EXPECT_EQ(status_of("/without/x", std::nullopt), 401) << "the lack of one is no credential";
  EXPECT_EQ(status_of("/without/x", std::nullopt, "alice"), 200);
  EXPECT_EQ(status_of("/without/x", billing(), "alice"), 403);
}

TEST_F(ClientCertificates, ABadTokenBesideAGoodOneIsRefused) {
  TlsClient client(port(), {.certificate = billing()});
  EXPECT_EQ(client.exchange(request("GET", "/any/x", bearer("x.y.z"))).status, 401);
  EXPECT_EQ(client.exchange(request("GET", "/any/x")).status, 200);
}

TEST_F(ClientCertificates, ThatAreBadFailTheHandshake) {
  const CertificateAuthority stranger;
  const Certificate bad[] = {stranger.issue({}), make_certificate("self-signed.test"),
                             authority().issue({.ends_in_seconds = -60})};
  for (const Certificate& each : bad) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      TlsClient client(port(), {.min_version = version, .max_version = version, .certificate = each});
      EXPECT_EQ(client.exchange(request("GET", "/public/x")).status, 0);
    }
  }
  EXPECT_TRUE(site().gateway.wait_for_log("failed: its certificate is refused: certificate has expired"));
  EXPECT_EQ(upstream().requests().size(), 0);
}

TEST_F(ClientCertificates, WithNamesThatNoFieldCanCarryAreRefused) {
  for (const std::string& name : {std::string("a\r\nX-Admin: 1"), std::string("a\0b", 3), std::string("caf\xc3\xa9")}) {
    TlsClient client(port(), {.certificate = authority().issue({.raw_dns_name = name})});
    EXPECT_EQ(client.exchange(request("GET", "/public/x")).status, 0);
  }
  // In a subject they are escaped, as RFC 4514 has it.
  TlsClient client(port(), {.certificate = authority().issue({.common_name = "a\r\nX-Admin: 1"})});
  ASSERT_EQ(client.exchange(request("GET", "/public/x")).status, 200);
  EXPECT_EQ(upstream().last().field("X-Client-Subject"), "CN=a\\0D\\0AX-Admin: 1");
  EXPECT_EQ(upstream().last().field("X-Admin"), "");
}

TEST_F(ClientCertificates, ResumeWithTheirSession) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    TlsClient first(port(), {.min_version = version, .max_version = version, .certificate = billing()});
    ASSERT_EQ(first.exchange(request("GET", "/billing/x")).status, 200);
    TlsClient second(port(), {.min_version = version, .max_version = version, .session = first.session()});
    EXPECT_EQ(second.exchange(request("GET", "/billing/x")).status, 200);
    EXPECT_TRUE(second.resumed());
    EXPECT_EQ(upstream().last().field("X-Client-Names"), "billing.test,bill.test");
  }
}

TEST(RequiredClientCertificates, AreRevokedByAListAtAReloadAndNoTicketHelps) {
  Site site([](GatewayConfig& config) {
    configure_with(config, "{ca: clients.pem, crl: revoked.pem}");
    config.file("revoked.pem", authority().revocations({7}));
  });
  const auto visit = [&](const TlsOptions& options) {
    TlsClient client(site.gateway.tls_port(), options);
    return client.exchange(request("GET", "/any/x")).status;
  };
  const Certificate revoked_later = billing();
  EXPECT_EQ(visit({}), 0) << "one is required";
  EXPECT_EQ(visit({.certificate = authority().issue({.serial = 7})}), 0);
  EXPECT_EQ(visit({.certificate = revoked_later}), 200);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    const TlsOptions options{.min_version = version, .max_version = version, .certificate = revoked_later};
    site.gateway.config().file("revoked.pem", authority().revocations({7}));
    site.gateway.write_files();
    ASSERT_EQ(site.gateway.reload().status, 200);
    TlsClient before(site.gateway.tls_port(), options);
    ASSERT_EQ(before.exchange(request("GET", "/any/x")).status, 200);
    site.gateway.config().file("revoked.pem", authority().revocations({7, 0x1abc}));
    site.gateway.write_files();
    ASSERT_EQ(site.gateway.reload().status, 200);
    TlsOptions again = options;
    again.session = before.session();
    EXPECT_EQ(visit(again), 0);
  }
  site.gateway.config().file("revoked.pem", authority().revocations({}, -60));
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_EQ(visit({.certificate = reports()}), 0) << "nobody can say who is revoked now";
}

TEST(RequiredClientCertificates, ATicketOfOtherRulesIsNoCertificate) {
  Site site([](GatewayConfig& config) { configure_with(config, "{ca: clients.pem, mode: optional}"); });
  const CertificateAuthority other("Others");
  TlsClient first(site.gateway.tls_port(), {.certificate = billing()});
  ASSERT_EQ(first.exchange(request("GET", "/any/x")).status, 200);
  site.gateway.config().file("clients.pem", other.certificate());
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  TlsClient second(site.gateway.tls_port(), {.session = first.session()});
  EXPECT_EQ(second.exchange(request("GET", "/any/x")).status, 401);
  EXPECT_FALSE(second.resumed());
}

TEST(ClientCertificatesInTools, AreWarnedOfWhereNoListenerAsksForThem) {
  Site site([](GatewayConfig& config) {
    config.routes(
        "  - {name: billing, match: {path: /x}, access: {client_certificate: {dns: a.test}}, upstream: echo}\n");
  });
  const CommandResult checked = site.gateway.run({"check"});
  EXPECT_NE(checked.output.find("the route \"billing\" takes client certificates, and no listener asks"),
            std::string::npos)
      << checked.output;
}

TEST(ClientCertificatesInTools, AreKnownToExplainTestAndDiff) {
  Site site([](GatewayConfig& config) {
    configure_with(config, "{ca: clients.pem, mode: optional}");
    config.file("policies/routes.yaml",
                "routes:\n" + std::string(routes) +
                    "tests:\n"
                    "  - {request: GET /billing/x, client_certificate: {dns: billing.test, issuer: CN=Clients of the "
                    "tests}, expect: allow, headers: {X-Client-Names: billing.test}}\n"
                    "  - {request: GET /billing/x, client_certificate: {dns: reports.test}, expect: 401}\n"
                    "  - {request: GET /billing/x, as: {sub: alice}, expect: 403}\n");
  });
  const CommandResult tested = site.gateway.run({"test"});
  EXPECT_EQ(tested.exit_code, 0) << tested.output << tested.errors;
  EXPECT_NE(tested.output.find("3 passed, 0 failed"), std::string::npos) << tested.output;

  const CommandResult explained = site.gateway.run(
      {"explain", "GET", "/billing/x", "--client-certificate", R"({"dns": "reports.test", "subject": "CN=reports"})"});
  EXPECT_EQ(explained.exit_code, 1);
  EXPECT_NE(explained.output.find("client_certificate wants issuer CN=Clients of the tests, dns billing.test, dns "
                                  "other.test, saw subject CN=reports, dns reports.test"),
            std::string::npos)
      << explained.output;
  const CommandResult wrong = site.gateway.run({"explain", "GET", "/x", "--client-certificate", R"({"san": "a"})"});
  EXPECT_EQ(wrong.exit_code, 2);

  GatewayConfig& config = site.gateway.config();
  std::string before = config.text();
  before.replace(before.find("policies/*.yaml"), 15, "old.yaml");
  std::string wider(routes);
  const std::string condition = "dns: [BILLING.test, other.test], issuer: CN=Clients of the tests";
  wider.replace(wider.find(condition), condition.size(), "required: true");
  config.file("before.yaml", before).file("old.yaml", "routes:\n" + std::string(routes)).routes(wider);
  site.gateway.write_files();
  const CommandResult difference =
      site.gateway.run({"diff", (site.gateway.folder() / "before.yaml").string(), site.gateway.config_file()});
  EXPECT_NE(difference.output.find("nobody with a token and a certificate"), std::string::npos)
      << difference.output << difference.errors;
}

}  // namespace
}  // namespace bearward::testing
