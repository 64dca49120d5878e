#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>

#include "support/free_port.h"
#include "support/https_server.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

/// Somebody else who issues tokens.
struct TestIssuer {
  std::string name;
  TokenFactory tokens;

  std::string token(std::string_view subject, const std::function<void(json::object&)>& change = {}) const {
    json::object claims = TokenFactory::claims(subject);
    claims["iss"] = name;
    if (change) change(claims);
    return tokens.token(claims);
  }
};

const TestIssuer& idp() {
  static const TestIssuer issuer{"https://idp.test", {TestKey::rsa(), "RS256", "r1"}};
  return issuer;
}
const TestIssuer& second() {
  static const TestIssuer issuer{"https://second.test", {TestKey::ec(), "ES256", "r1"}};
  return issuer;
}
const TestIssuer& staff() {
  static const TestIssuer issuer{"https://staff.test", {TestKey::ed25519(), "EdDSA", "d1"}};
  return issuer;
}
const TestIssuer& plain() {
  static const TestIssuer issuer{"https://plain.test", {TestKey::ec(), "ES256", "p1"}};
  return issuer;
}
const TestIssuer& down() {
  static const TestIssuer issuer{"https://down.test", {TestKey::ec(), "ES256", "x"}};
  return issuer;
}

const std::string own_tokens =
    "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  signing_keys:\n"
    "    - {kid: k1, algorithm: HS256, secret: {file: secret}}\n  trusted_issuers:\n";

/// `idp` and `second` describe their users, and so does `plain`, without a prefix; `staff` is asked for local ones,
/// `down` has never answered.
class TrustedIssuers : public SharedSiteTest<TrustedIssuers> {
 public:
  static void configure(GatewayConfig& config) {
    config.file("idp.json", jwks({idp().tokens.key().jwk("r1")}));
    config.file("second.json", jwks({second().tokens.key().jwk("r1", "ES256")}));
    config.file("plain.json", jwks({plain().tokens.key().jwk("p1")}));
    config.file("staff.json", jwks({staff().tokens.key().jwk("d1")}));
    config.set("tokens", own_tokens +
                             "    - {issuer: https://idp.test, jwks: \"file:idp.json\", algorithms: [RS256, PS256], "
                             "audience: [legacy-apis, others], username_prefix: \"idp:\", "
                             "roles_claim: realm_access.roles}\n"
                             "    - {issuer: https://second.test, jwks: \"file:second.json\", algorithms: ES256, "
                             "audience: legacy-apis, username_prefix: \"second:\", username_claim: oid, "
                             "roles_claim: roles}\n"
                             "    - {issuer: https://staff.test, jwks: \"file:staff.json\", algorithms: EdDSA, "
                             "audience: legacy-apis, require_user: true, roles_claim: roles}\n"
                             "    - {issuer: https://plain.test, jwks: \"file:plain.json\", algorithms: ES256, "
                             "audience: legacy-apis}\n"
                             "    - {issuer: https://down.test, jwks: \"https://127.0.0.1:" +
                             std::to_string(free_port()) +
                             "/\", algorithms: ES256, audience: legacy-apis, username_prefix: \"down:\"}");
    config.set("endpoints", "{token: /token, me: /users/me}");
    config.routes(
        "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
        "  - {name: api, match: {path: /api/**}, upstream: echo}\n"
        "  - {name: admin, match: {path: /api/admin}, access: {roles: [admin]}, upstream: echo}\n"
        "  - {name: alice, match: {path: /api/alice}, access: {users: [alice]}, upstream: echo}\n"
        "  - {name: idp, match: {path: /api/idp}, access: {claims: {iss: https://idp.test}}, upstream: echo}\n"
        "  - {name: reports, match: {path: /api/reports}, access: {scopes: [\"reports:read\"]}, upstream: echo}\n");
  }

 protected:
  static int get(const std::string& token, std::string_view target = "/api/x") {
    return send(request("GET", target, bearer(token))).status;
  }
  static std::string told(std::string_view field) { return upstream().last().field(field); }
};

json::object roles(std::initializer_list<std::string_view> names) {
  json::array list;
  for (const std::string_view name : names) list.emplace_back(name);
  return {{"roles", list}};
}

TEST_F(TrustedIssuers, DescribeTheirUsersThemselves) {
  const std::string token = idp().token("alice", [](json::object& claims) {
    claims["realm_access"] = roles({"admin", "clerk"});
    claims["email"] = "alice@idp.test";
  });
  ASSERT_EQ(get(token), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "idp:alice");
  EXPECT_EQ(told("X-Forwarded-Groups"), "admin,clerk");
  EXPECT_EQ(told("X-Forwarded-Email"), "alice@idp.test");
  EXPECT_EQ(get(token, "/api/admin"), 200);
  EXPECT_EQ(get(token, "/api/idp"), 200);
  EXPECT_EQ(get(token, "/api/alice"), 403) << "that is our alice";

  // Nothing of the local row is hers, and nothing of hers the local one's.
  ASSERT_EQ(get(idp().token("alice")), 200);
  EXPECT_EQ(upstream().last().fields.find("X-Forwarded-Groups"), std::nullopt);
  EXPECT_EQ(upstream().last().fields.find("X-Forwarded-Email"), std::nullopt);
  EXPECT_EQ(get(idp().token("root"), "/api/admin"), 403) << "our root is admin, theirs is not";
  EXPECT_EQ(get(idp().token("bob")), 200) << "our bob is disabled, theirs is another";
  ASSERT_EQ(get(site().token("alice")), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "alice");
  EXPECT_EQ(told("X-Forwarded-Groups"), "staff,sales");
  // Again: now all of them are in the caches.
  ASSERT_EQ(get(token), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "idp:alice");
  EXPECT_TRUE(site().gateway.wait_for_log("\"user\":\"idp:alice\""));
}

TEST_F(TrustedIssuers, NeverMeetALocalUserWhoseNameIsTheSameToTheLetter) {
  // In every order: whose record would be taken from a cache?
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(get(plain().token("alice")), 200);
    EXPECT_EQ(told("X-Forwarded-User"), "alice");
    EXPECT_EQ(upstream().last().fields.find("X-Forwarded-Groups"), std::nullopt);
    EXPECT_EQ(get(plain().token("root"), "/api/admin"), 403);
    EXPECT_EQ(get(plain().token("bob")), 200) << "another bob is disabled";
    ASSERT_EQ(get(site().token("alice")), 200);
    EXPECT_EQ(told("X-Forwarded-Groups"), "staff,sales");
    EXPECT_EQ(get(site().token("bob")), 401);
  }
}

TEST_F(TrustedIssuers, AreToldWhoTheyAre) {
  const std::string token =
      idp().token("alice", [](json::object& claims) { claims["realm_access"] = roles({"clerk"}); });
  const Response me = send(request("GET", "/users/me", bearer(token)));
  EXPECT_EQ(me.status, 200) << me.content;
  EXPECT_NE(me.content.find("\"username\":\"idp:alice\""), std::string::npos) << me.content;
  EXPECT_NE(me.content.find("\"roles\":[\"clerk\"]"), std::string::npos) << me.content;
}

TEST_F(TrustedIssuers, HaveUsersOfOneNameThatAreNotTheSame) {
  const auto second_alice = [](json::object& claims) { claims["oid"] = "alice", claims["roles"] = "clerk"; };
  ASSERT_EQ(get(idp().token("alice")), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "idp:alice");
  ASSERT_EQ(get(second().token("7", second_alice)), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "second:alice");
  EXPECT_EQ(told("X-Forwarded-Groups"), "clerk");
  EXPECT_EQ(get(second().token("alice")), 401) << "without the claim that names the user";
}

TEST_F(TrustedIssuers, AreHeldToTheirOwnKeysAlgorithmsAndAudiences) {
  const auto named = [](const char* issuer) { return [=](json::object& claims) { claims["iss"] = issuer; }; };
  const auto for_audience = [](const char* audience) {
    return [=](json::object& claims) { claims["aud"] = audience; };
  };
  const TestKey& rsa = idp().tokens.key();
  const TokenFactory pss(rsa, "PS256", "r1"), other_hash(rsa, "RS512", "r1"), stranger(TestKey::rsa(), "RS256", "r1");
  const TokenFactory confused(TestKey::hmac(rsa.public_pem()), "HS256", "r1");
  const TokenFactory ours_for_them(TestKey::hmac(std::string(GatewayConfig::signing_secret)), "HS256", "k1");
  json::object claims = TokenFactory::claims("alice");
  claims["iss"] = idp().name;
  struct Case {
    const char* name;
    std::string token;
    int status;
  };
  const Case cases[] = {
      {"good", idp().token("alice"), 200},
      {"another audience of the list", idp().token("alice", for_audience("others")), 200},
      {"a key that names no algorithm, with another of the list", pss.token(claims), 200},
      {"an algorithm outside the list", other_hash.token(claims), 401},
      {"signed by a stranger", stranger.token(claims), 401},
      {"the public key as a secret", confused.token(claims), 401},
      {"our secret in their name", ours_for_them.token(claims), 401},
      {"their key in our name", idp().token("alice", named("https://gateway.test")), 401},
      {"their key in the second's name", idp().token("alice", named("https://second.test")), 401},
      {"the second's key in their name", second().token("alice", named("https://idp.test")), 401},
      {"nobody's name", idp().token("alice", named("https://nobody.test")), 401},
      {"no name", idp().token("alice", [](json::object& c) { c.erase("iss"); }), 401},
      {"for somebody else", idp().token("alice", for_audience("mail")), 401},
      {"for nobody", idp().token("alice", [](json::object& c) { c.erase("aud"); }), 401},
      {"expired", idp().token("alice", [](json::object& c) { c["exp"] = TokenFactory::now() - 60; }), 401},
      {"roles that are none", idp().token("alice", [](json::object& c) { c["realm_access"] = {{"roles", 7}}; }), 401},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = send(request("GET", "/api/x", bearer(c.token)));
    EXPECT_EQ(response.status, c.status);
    const bool told = response.field("WWW-Authenticate").starts_with("Bearer error=\"invalid_token\"");
    EXPECT_EQ(told, c.status == 401);
  }
}

TEST_F(TrustedIssuers, GrantScopesAsAzureAndOktaWriteThem) {
  const auto scopes = [](json::value scp) { return [=](json::object& claims) { claims["scp"] = scp; }; };
  EXPECT_EQ(get(idp().token("alice"), "/api/reports"), 403);
  EXPECT_EQ(get(idp().token("alice", scopes("orders:read reports:read")), "/api/reports"), 200);
  EXPECT_EQ(told("X-Auth-Scopes"), "orders:read reports:read");
  EXPECT_EQ(get(idp().token("alice", scopes(json::array{"reports:read"})), "/api/reports"), 200);
}

TEST_F(TrustedIssuers, NeedALocalUserWhereOneIsRequired) {
  const auto admin = [](json::object& claims) { claims["roles"] = json::array{"admin"}; };
  ASSERT_EQ(get(staff().token("alice", admin)), 200);
  EXPECT_EQ(told("X-Forwarded-User"), "alice");
  EXPECT_EQ(told("X-Forwarded-Groups"), "staff,sales") << "her row's, not the token's";
  EXPECT_EQ(told("X-Forwarded-Email"), "alice@example.test");
  EXPECT_EQ(get(staff().token("alice", admin), "/api/admin"), 403);
  EXPECT_EQ(get(staff().token("root"), "/api/admin"), 200);
  EXPECT_EQ(get(staff().token("nobody")), 401);
  EXPECT_EQ(get(staff().token("bob")), 401) << "disabled";
  EXPECT_EQ(get(staff().token("client:reporting")), 401);
  // What marks a client in our own tokens says nothing in theirs: the user must be there all the same.
  const auto as_client = [](json::object& claims) {
    claims["gty"] = "client_credentials", claims["client_id"] = claims["sub"];
  };
  EXPECT_EQ(get(staff().token("nobody", as_client)), 401);
  EXPECT_EQ(get(staff().token("bob", as_client)), 401);

  site().gateway.add_user("carol", "a password of hers");
  const std::string carol = staff().token("carol");
  EXPECT_TRUE(eventually([&] { return get(carol) == 200; }));
  ASSERT_EQ(site().gateway.run({"user", "disable", "carol"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return get(carol) == 401; }));
}

TEST_F(TrustedIssuers, MayBeDownWhileEverythingElseGoesOn) {
  const Response unknown = send(request("GET", "/api/x", bearer(down().token("alice"))));
  EXPECT_EQ(unknown.status, 503) << "nobody can say what it is worth";
  EXPECT_FALSE(unknown.field("Retry-After").empty());
  EXPECT_EQ(unknown.fields.find("WWW-Authenticate"), std::nullopt);
  EXPECT_EQ(send(request("GET", "/public/x", bearer(down().token("alice")))).status, 503);
  EXPECT_EQ(get(site().token("alice")), 200);
  EXPECT_EQ(get(idp().token("alice")), 200);
  EXPECT_EQ(send(request("GET", "/public/x")).status, 200);
  const Response ready = site().gateway.admin("GET", "/readyz");
  EXPECT_EQ(ready.status, 200);
  EXPECT_NE(ready.content.find("https://down.test"), std::string::npos) << ready.content;
}

/// An issuer that comes, changes its keys and goes, before one gateway.
TEST(TrustedIssuerOverHttps, ComesChangesItsKeysAndGoes) {
  const Certificate certificate = make_certificate("localhost");
  const std::uint16_t port = free_port();
  Site site([&](GatewayConfig& config) {
    config.set("workers", "2");
    config.file("ca.pem", certificate.certificate);
    config.set("tokens", own_tokens +
                             "    - {issuer: https://idp.test, jwks: \"https://localhost:" + std::to_string(port) +
                             "/keys\", ca: ca.pem, algorithms: [RS256, ES256], audience: legacy-apis, "
                             "username_prefix: \"idp:\"}");
  });
  const auto get = [&](const std::string& token) { return site.send(request("GET", "/api/x", bearer(token))).status; };
  const std::string first = idp().token("alice");
  EXPECT_EQ(get(first), 503);
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200);

  // It comes up.
  auto server = std::make_unique<HttpsServer>(certificate, port);
  server->answer(jwks({idp().tokens.key().jwk("r1")}));
  const auto every_worker_takes = [&](const std::string& token) {
    for (int i = 0; i < 20; ++i) {
      if (get(token) != 200) return false;
    }
    return true;
  };
  ASSERT_TRUE(eventually([&] { return every_worker_takes(first); })) << site.gateway.errors();
  const std::size_t fetches = server->requests().size();

  // It signs with a new key: the first token of it has the keys fetched, and is served.
  const TestIssuer next{"https://idp.test", {TestKey::ec(), "ES256", "e2"}};
  server->answer(jwks({next.tokens.key().jwk("e2")}));
  EXPECT_EQ(get(next.token("alice")), 200) << site.gateway.errors();
  EXPECT_EQ(server->requests().size(), fetches + 1);
  EXPECT_TRUE(eventually([&] { return get(first) == 401; })) << "on every worker the key that it withdrew is gone";

  // Made-up names of keys have nobody asked again.
  for (int i = 0; i < 50; ++i) {
    const TokenFactory forger(next.tokens.key(), "ES256", "made-up-" + std::to_string(i));
    json::object claims = TokenFactory::claims("alice");
    claims["iss"] = "https://idp.test";
    EXPECT_EQ(get(forger.token(claims)), 401);
  }
  EXPECT_EQ(server->requests().size(), fetches + 1);

  // It goes: what was fetched serves on, also after a reload.
  server.reset();
  EXPECT_EQ(get(next.token("bob")), 200);
  site.gateway.config().routes(
      "  - {name: api, match: {path: /api/**}, access: {users: [\"idp:carol\"]}, upstream: echo}\n");
  site.gateway.write_files();
  ASSERT_EQ(site.gateway.reload().status, 200);
  EXPECT_TRUE(eventually([&] { return get(next.token("bob")) == 403; }));
  EXPECT_EQ(get(next.token("carol")), 200);
  EXPECT_EQ(site.gateway.stop(), 0) << site.gateway.errors();
}

/// A gateway for an issuer's users alone: no key of its own.
TEST(TrustedIssuerOverFile, NeedsNoKeyOfOurOwnAndIsReadAgainWhenItChanges) {
  Site site([&](GatewayConfig& config) {
    config.unset("endpoints").file("idp.json", jwks({idp().tokens.key().jwk("r1")}));
    config.set("tokens",
               "\n  trusted_issuers:\n    - {issuer: https://idp.test, jwks: \"file:idp.json\", algorithms: RS256, "
               "audience: legacy-apis, username_prefix: \"idp:\"}");
  });
  const TestIssuer next{"https://idp.test", {TestKey::rsa(), "RS256", "r1"}};
  const auto get = [&](const std::string& token) { return site.send(request("GET", "/api/x", bearer(token))).status; };
  EXPECT_EQ(get(idp().token("alice")), 200);
  EXPECT_EQ(get(next.token("alice")), 401);
  site.gateway.config().file("idp.json", jwks({next.tokens.key().jwk("r1")}));
  site.gateway.write_files();  // nobody asks for a reload
  EXPECT_TRUE(eventually([&] { return get(next.token("alice")) == 200 && get(idp().token("alice")) == 401; }));
  EXPECT_EQ(site.gateway.stop(), 0);
}

}  // namespace
}  // namespace bearward::testing
