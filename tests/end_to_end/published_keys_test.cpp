// The JWK set, the metadata, and keys that change.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <string>

#include "support/site.h"
#include "support/token_answers.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

std::string tokens_with(const std::string& keys) {
  return "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  signing_keys:\n" + keys;
}

constexpr const char* old_key = "    - {kid: k1, algorithm: HS256, secret: {file: secret}}\n";
constexpr const char* new_key = "    - {kid: k2, algorithm: ES256, private_key: k2.pem}\n";

std::string log_in(const Site& site) {
  const Response response =
      site.send(request("POST", "/token", form_type, "username=alice&password=correct+horse+battery+staple"));
  EXPECT_EQ(response.status, 200) << response.content;
  return text_in(response, "access_token");
}

int status_of(const Site& site, const std::string& token) {
  return site.send(request("GET", "/api/x", bearer(token))).status;
}

json::array published(const Site& site) {
  const Response response = site.send(request("GET", "/.well-known/jwks.json"));
  EXPECT_EQ(response.status, 200);
  return json::parse(response.content).at("keys").as_array();
}

void reload(Site& site, const std::string& keys) {
  site.gateway.config().set("tokens", tokens_with(keys));
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
}

TEST(SigningKeys, AreRotatedByTheOrderOfTheConfiguration) {
  Site site([](GatewayConfig& config) {
    config.set("endpoints", "{token: /token, jwks: /.well-known/jwks.json}")
        .file("k2.pem", TestKey::ec().private_pem());
  });
  const std::string by_old = log_in(site);
  EXPECT_EQ(status_of(site, by_old), 200);
  EXPECT_TRUE(published(site).empty()) << "a secret is nobody's to know";

  reload(site, std::string(new_key) + old_key);
  const std::string by_new = log_in(site);
  EXPECT_EQ(by_new.substr(0, by_new.find('.')), base64url(R"({"alg":"ES256","typ":"at+jwt","kid":"k2"})"));
  EXPECT_EQ(status_of(site, by_old), 200) << "the old key still verifies";
  EXPECT_EQ(status_of(site, by_new), 200);
  ASSERT_EQ(published(site).size(), 1U);
  EXPECT_EQ(published(site)[0].at("kid"), "k2");
  EXPECT_EQ(published(site)[0].at("use"), "sig");
  std::ofstream{site.gateway.folder() / "jwks.json"} << site.send(request("GET", "/.well-known/jwks.json")).content;
  const std::string file = (site.gateway.folder() / "jwks.json").string();
  EXPECT_EQ(site.gateway.run({"token", "inspect", "--jwks", file, "--raw", by_new}).exit_code, 0);
  EXPECT_EQ(site.gateway.run({"token", "inspect", "--jwks", file, "--raw", by_old}).exit_code, 1);

  reload(site, new_key);
  EXPECT_EQ(status_of(site, by_old), 401) << "its key is gone";
  EXPECT_EQ(status_of(site, by_new), 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

class PublishedDocuments : public SharedSiteTest<PublishedDocuments> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("endpoints",
               "{token: [/token, /login], revoke: /revoke, introspect: /introspect, jwks: /keys,"
               " metadata: /.well-known/oauth-authorization-server}");
    config.set("tokens", tokens_with(std::string(new_key) + old_key)).file("k2.pem", TestKey::ec().private_pem());
    config.set(
        "clients",
        "\n  registered:\n    - {id: reporting, secret: {file: s}, grants: [client_credentials], scopes: [b, a]}");
    config.file("s", "a-secret-of-the-console");
  }
};

TEST_F(PublishedDocuments, TellWhatTheServerCanDoAndWhere) {
  const Response response = send(request("GET", "/.well-known/oauth-authorization-server"));
  ASSERT_EQ(response.status, 200) << response.content;
  EXPECT_EQ(response.field("Content-Type"), "application/json");
  const json::value expected = json::parse(R"({
    "issuer": "https://gateway.test",
    "token_endpoint": "https://gateway.test/token",
    "grant_types_supported": ["password", "refresh_token", "client_credentials"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "revocation_endpoint": "https://gateway.test/revoke",
    "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "introspection_endpoint": "https://gateway.test/introspect",
    "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "jwks_uri": "https://gateway.test/keys",
    "response_types_supported": [],
    "scopes_supported": ["a", "b"]})");
  EXPECT_EQ(json::parse(response.content), expected) << response.content;
}

TEST_F(PublishedDocuments, AreReadWithGetAndHeadAloneAndMayBeKept) {
  for (const char* path : {"/keys", "/.well-known/oauth-authorization-server"}) {
    SCOPED_TRACE(path);
    const Response got = send(request("GET", path));
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.field("Cache-Control"), "public, max-age=300");
    RawClient head(site().gateway.port());
    ASSERT_TRUE(head.send(request("HEAD", path)));
    const Response asked = head.read_response(true);
    EXPECT_EQ(asked.status, 200);
    EXPECT_EQ(asked.field("Content-Length"), std::to_string(got.content.size()));
    for (const char* method : {"POST", "PUT", "DELETE"}) {
      const Response refused = send(request(method, path));
      EXPECT_EQ(refused.status, 405) << method;
      EXPECT_EQ(refused.field("Allow"), "GET, HEAD");
    }
  }
  EXPECT_EQ(send(request("GET", "/keys")).field("Content-Type"), "application/jwk-set+json");
  EXPECT_EQ(send(request("GET", "/keys")).content.find("\"d\""), std::string::npos);
}

}  // namespace
}  // namespace bearward::testing
