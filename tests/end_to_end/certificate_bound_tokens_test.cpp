// RFC 8705 §3: tokens that are good only with the certificate of whom they were issued to.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "support/certificate_authority.h"
#include "support/site.h"
#include "support/tls_client.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

constexpr std::string_view login = "grant_type=password&username=alice&password=correct+horse+battery+staple";

const CertificateAuthority& authority() {
  static const CertificateAuthority made;
  return made;
}

void configure_with(GatewayConfig& config, const std::string& bound) {
  config.with_tls({make_certificate("gateway.test")}, "client_certificates: {ca: clients.pem, mode: optional}");
  config.file("clients.pem", authority().certificate());
  config.set("tokens", "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  certificate_bound: " + bound +
                           "\n  signing_keys:\n    - {kid: k1, algorithm: HS256, secret: {file: secret}}");
  config.set("clients",
             "\n  registered:\n    - {id: console, secret: {file: secret}, grants: [password, refresh_token, "
             "client_credentials]}");
  config.set("endpoints",
             "{token: /token, introspect: /introspect, me: /me, metadata: /.well-known/oauth-authorization-server}");
}

class CertificateBoundTokens : public SharedSiteTest<CertificateBoundTokens> {
 public:
  static void configure(GatewayConfig& config) { configure_with(config, "optional"); }

 protected:
  static Response send_with(const std::optional<Certificate>& certificate, std::string_view bytes) {
    TlsClient client(site().gateway.tls_port(), {.certificate = certificate});
    return client.exchange(bytes);
  }
  static Response ask_for_token(const std::optional<Certificate>& certificate, std::string_view form = login) {
    return send_with(certificate, request("POST", "/token", form_type, form));
  }
  static Response get_with(const std::optional<Certificate>& certificate, const std::string& token,
                           const std::string& path = "/api/x") {
    return send_with(certificate, request("GET", path, bearer(token)));
  }
};

TEST_F(CertificateBoundTokens, AreGoodWithTheirCertificateAlone) {
  const Certificate hers = authority().issue({.common_name = "hers"});
  const Certificate other = authority().issue({.common_name = "hers"});
  const std::string token = text_in(ask_for_token(hers), "access_token");
  // Twice, since the second time the token is in the cache.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get_with(hers, token).status, 200);
    for (const auto& wrong : {std::optional<Certificate>(other), std::optional<Certificate>()}) {
      const Response refused = get_with(wrong, token);
      EXPECT_EQ(refused.status, 401);
      EXPECT_NE(refused.field("WWW-Authenticate").find("error=\"invalid_token\""), std::string::npos);
      EXPECT_EQ(get_with(wrong, token, "/me").status, 401);
      EXPECT_EQ(get_with(wrong, token, "/public/x").status, 200);
      EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "") << "of a public route a bad token is ignored";
    }
    EXPECT_EQ(exchange(site().gateway.port(), request("GET", "/api/x", bearer(token))).status, 401) << "in clear text";
  }
  EXPECT_EQ(get_with(hers, token, "/me").status, 200);
  EXPECT_TRUE(site().gateway.wait_for_log("wrong_certificate"));
}

TEST_F(CertificateBoundTokens, AreGivenByEveryGrantWhereACertificateIsShown) {
  const Certificate hers = authority().issue({});
  const std::string unbound = text_in(ask_for_token(std::nullopt), "access_token");
  EXPECT_EQ(get_with(std::nullopt, unbound).status, 200) << "none was shown";
  EXPECT_EQ(get_with(hers, unbound).status, 200);

  const Response first = ask_for_token(hers);
  const std::string renewed = text_in(
      ask_for_token(hers, "grant_type=refresh_token&refresh_token=" + text_in(first, "refresh_token")), "access_token");
  EXPECT_EQ(get_with(hers, renewed).status, 200);
  EXPECT_EQ(get_with(std::nullopt, renewed).status, 401);

  const std::string secret = "&client_id=console&client_secret=" + std::string(GatewayConfig::signing_secret);
  const std::string of_client = text_in(ask_for_token(hers, "grant_type=client_credentials" + secret), "access_token");
  EXPECT_EQ(get_with(hers, of_client).status, 200);
  EXPECT_EQ(get_with(std::nullopt, of_client).status, 401);

  const auto said = json::parse(exchange(site().gateway.port(),
                                         request("POST", "/introspect", form_type, "token=" + of_client + secret))
                                    .content)
                        .as_object();
  EXPECT_TRUE(said.at("active").as_bool());
  EXPECT_EQ(said.at("cnf").at("x5t#S256").as_string().size(), 43U);
}

TEST_F(CertificateBoundTokens, WithAConfirmationThatNobodyChecksAreRefused) {
  const Certificate hers = authority().issue({});
  const std::string thumbprint(43, 'A');
  const json::value confirmations[] = {
      {{"jkt", thumbprint}},
      {{"x5t#S256", thumbprint}, {"jkt", thumbprint}},
      {{"x5t#S256", "AAAA"}},
      {{"x5t#S256", 1}},
      json::object{},
      "x",
      nullptr,
  };
  for (const json::value& each : confirmations) {
    SCOPED_TRACE(json::serialize(each));
    json::object claims = TokenFactory::claims("alice");
    claims["cnf"] = each;
    EXPECT_EQ(get_with(hers, site().tokens.token(claims)).status, 401);
    EXPECT_EQ(site().send(request("GET", "/api/x", bearer(site().tokens.token(claims)))).status, 401);
  }
  EXPECT_TRUE(site().gateway.wait_for_log("unsupported_confirmation"));
}

TEST_F(CertificateBoundTokens, AreAnnounced) {
  const Response metadata = site().send(request("GET", "/.well-known/oauth-authorization-server"));
  EXPECT_TRUE(json::parse(metadata.content).as_object().at("tls_client_certificate_bound_access_tokens").as_bool());
}

TEST(RequiredCertificateBoundTokens, AreNotGivenWithoutACertificate) {
  Site site([](GatewayConfig& config) { configure_with(config, "required"); });
  const std::string asks = request("POST", "/token", form_type, login);
  TlsClient without(site.gateway.tls_port());
  const Response refused = without.exchange(asks);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(text_in(refused, "error"), "invalid_request");
  TlsClient with(site.gateway.tls_port(), {.certificate = authority().issue({})});
  EXPECT_EQ(with.exchange(asks).status, 200);
}

TEST(NoCertificateBoundTokens, AreGivenUnlessTheyAreAskedFor) {
  Site site([](GatewayConfig& config) { configure_with(config, "never"); });
  TlsClient client(site.gateway.tls_port(), {.certificate = authority().issue({})});
  const std::string token = text_in(client.exchange(request("POST", "/token", form_type, login)), "access_token");
  EXPECT_EQ(site.send(request("GET", "/api/x", bearer(token))).status, 200);
  const Response metadata = site.send(request("GET", "/.well-known/oauth-authorization-server"));
  EXPECT_FALSE(json::parse(metadata.content).as_object().contains("tls_client_certificate_bound_access_tokens"));
}

}  // namespace
}  // namespace bearward::testing
