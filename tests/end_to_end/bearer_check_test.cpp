#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

const TestKey& rsa_key() {
  static const TestKey key = TestKey::rsa();
  return key;
}

class BearerCheck : public SharedSiteTest<BearerCheck> {
 public:
  static void configure(GatewayConfig& config) {
    config.file("rsa.pem", rsa_key().private_pem());
    config.set("tokens",
               "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  leeway: 30s\n  signing_keys:\n"
               "    - {kid: k1, algorithm: HS256, secret: {file: secret}}\n"
               "    - {kid: r1, algorithm: RS256, private_key: rsa.pem}");
    config.routes(
        "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
        "  - {name: api, match: {path: /api/**}, upstream: echo}\n"
        "  - {name: reports, match: {path: /api/reports}, access: {scopes: [\"reports:read\"]}, upstream: echo}\n");
  }

 protected:
  /// The refusal has reached the client and the upstream has seen not a byte of the request.
  static void expect_refused(const Response& response, int status, std::string_view challenge) {
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.fields.count("WWW-Authenticate"), challenge.empty() ? 0 : 1);
    EXPECT_TRUE(response.field("WWW-Authenticate").starts_with(challenge)) << response.head;
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
    EXPECT_EQ(upstream().received_bytes(), 0);
  }
};

constexpr std::string_view no_credentials = "Bearer";
constexpr std::string_view invalid_request = "Bearer error=\"invalid_request\"";
constexpr std::string_view invalid_token = "Bearer error=\"invalid_token\"";

TEST_F(BearerCheck, WantsExactlyOneCredential) {
  const std::string token = site().token("alice");
  struct Case {
    const char* name;
    std::string fields;
    int status;
    std::string_view challenge;
  };
  const Case cases[] = {
      {"no Authorization", "", 401, no_credentials},
      {"another scheme", "Authorization: Basic YWxpY2U6c2VjcmV0\r\n", 401, no_credentials},
      {"two tokens", bearer(token) + bearer(token), 400, invalid_request},
      {"a token and another scheme", bearer(token) + "Authorization: Basic YWxpY2U6c2VjcmV0\r\n", 400, invalid_request},
      {"the scheme without a token", "Authorization: Bearer\r\n", 400, invalid_request},
      {"the scheme and spaces", "Authorization: Bearer   \r\n", 400, invalid_request},
      {"two words after the scheme", "Authorization: Bearer " + token + " " + token + "\r\n", 400, invalid_request},
      {"two tokens in one field", "Authorization: Bearer " + token + ", Bearer " + token + "\r\n", 400,
       invalid_request},
      {"characters that no token has", "Authorization: Bearer \"" + token + "\"\r\n", 400, invalid_request},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(send(request("GET", "/api/x", c.fields)), c.status, c.challenge);
  }
}

TEST_F(BearerCheck, SaysNothingMoreThanBearerToWhoeverBroughtNoToken) {
  EXPECT_EQ(send(request("GET", "/api/x")).field("WWW-Authenticate"), "Bearer");
}

TEST_F(BearerCheck, ReadsTokensFromTheAuthorizationFieldAlone) {
  const std::string token = site().token("alice");
  expect_refused(send(request("GET", "/api/x?access_token=" + token)), 401, no_credentials);
  const std::string form = "access_token=" + token;
  expect_refused(send(request("POST", "/api/x", "Content-Type: application/x-www-form-urlencoded\r\n", form)), 401,
                 no_credentials);
}

TEST_F(BearerCheck, LetsGoodTokensIn) {
  const TokenFactory& tokens = site().tokens;
  const auto with_claims = [&](const std::function<void(json::object&)>& change) {
    json::object claims = TokenFactory::claims("alice");
    change(claims);
    return tokens.token(claims);
  };
  const auto with_header = [&](const std::function<void(json::object&)>& change) {
    json::object header = tokens.header();
    change(header);
    return tokens.token(header, TokenFactory::claims("alice"));
  };
  const TokenFactory rsa(rsa_key(), "RS256", "r1");
  struct Case {
    const char* name;
    std::string fields;
  };
  const Case cases[] = {
      {"a plain good token", bearer(tokens.token("alice"))},
      {"the scheme in lower case", "Authorization: bearer " + tokens.token("alice") + "\r\n"},
      {"the field's name in capitals", "AUTHORIZATION: Bearer " + tokens.token("alice") + "\r\n"},
      {"no kid", bearer(with_header([](json::object& h) { h.erase("kid"); }))},
      {"no typ", bearer(with_header([](json::object& h) { h.erase("typ"); }))},
      {"typ JWT", bearer(with_header([](json::object& h) { h["typ"] = "JWT"; }))},
      {"one of several audiences", bearer(with_claims([](json::object& c) { c["aud"] = {"other", "legacy-apis"}; }))},
      {"expired within the leeway", bearer(with_claims([](json::object& c) { c["exp"] = TokenFactory::now() - 20; }))},
      {"not before within the leeway",
       bearer(with_claims([](json::object& c) { c["nbf"] = TokenFactory::now() + 20; }))},
      {"claims nobody knows", bearer(with_claims([](json::object& c) { c["x"] = {1, 2, 3}; }))},
      {"signed with the second key", bearer(rsa.token("alice"))},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = send(request("GET", "/api/x", c.fields));
    EXPECT_EQ(response.status, 200) << ::testing::PrintToString(response);
    EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
    upstream().start_over();
  }
}

TEST_F(BearerCheck, RefusesClaimsThatDoNotHold) {
  struct Case {
    const char* name;
    void (*change)(json::object&);
  };
  const Case cases[] = {
      {"expired", [](json::object& c) { c["exp"] = TokenFactory::now() - 40; }},
      {"no exp", [](json::object& c) { c.erase("exp"); }},
      {"exp is a text", [](json::object& c) { c["exp"] = "4000000000"; }},
      {"exp is null", [](json::object& c) { c["exp"] = nullptr; }},
      {"exp is below zero", [](json::object& c) { c["exp"] = -1; }},
      {"not yet valid", [](json::object& c) { c["nbf"] = TokenFactory::now() + 60; }},
      {"issued in the future", [](json::object& c) { c["iat"] = TokenFactory::now() + 60; }},
      {"another issuer", [](json::object& c) { c["iss"] = "https://evil.test"; }},
      {"no issuer", [](json::object& c) { c.erase("iss"); }},
      {"the issuer with a slash more", [](json::object& c) { c["iss"] = "https://gateway.test/"; }},
      {"another audience", [](json::object& c) { c["aud"] = "other"; }},
      {"other audiences", [](json::object& c) { c["aud"] = {"other", "another"}; }},
      {"no audience", [](json::object& c) { c.erase("aud"); }},
      {"no sub", [](json::object& c) { c.erase("sub"); }},
      {"an empty sub", [](json::object& c) { c["sub"] = ""; }},
      {"sub is a number", [](json::object& c) { c["sub"] = 7; }},
      {"a line break in sub", [](json::object& c) { c["sub"] = "alice\r\nX-Admin: yes"; }},
      {"a user that nobody knows", [](json::object& c) { c["sub"] = "nobody"; }},
      {"a user's name in another case", [](json::object& c) { c["sub"] = "Alice"; }},
      {"a disabled user", [](json::object& c) { c["sub"] = "bob"; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    json::object claims = TokenFactory::claims("alice");
    c.change(claims);
    expect_refused(send(request("GET", "/api/x", bearer(site().tokens.token(claims)))), 401, invalid_token);
  }
}

TEST_F(BearerCheck, RefusesHeadersThatAskForTrouble) {
  struct Case {
    const char* name;
    void (*change)(json::object&);
  };
  const Case cases[] = {
      {"an unknown kid", [](json::object& h) { h["kid"] = "k9"; }},
      {"the kid of a key of another family", [](json::object& h) { h["kid"] = "r1"; }},
      {"kid is a number", [](json::object& h) { h["kid"] = 1; }},
      {"another hash than the key's", [](json::object& h) { h["alg"] = "HS512"; }},
      {"alg in lower case", [](json::object& h) { h["alg"] = "hs256"; }},
      {"no alg", [](json::object& h) { h.erase("alg"); }},
      {"crit", [](json::object& h) { h["crit"] = {"exp"}; }},
      {"an empty crit", [](json::object& h) { h["crit"] = json::array(); }},
      {"b64", [](json::object& h) { h["b64"] = false; }},
      {"a key of its own", [](json::object& h) { h["jwk"] = {{"kty", "oct"}, {"k", "AAAA"}}; }},
      {"where to find a key", [](json::object& h) { h["jku"] = "https://evil.test/jwks.json"; }},
      {"where to find a certificate", [](json::object& h) { h["x5u"] = "https://evil.test/x.pem"; }},
      {"a certificate of its own", [](json::object& h) { h["x5c"] = {"AAAA"}; }},
      {"a typ that is no access token", [](json::object& h) { h["typ"] = "dpop+jwt"; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    json::object header = site().tokens.header();
    c.change(header);
    const std::string token = site().tokens.token(header, TokenFactory::claims("alice"));
    expect_refused(send(request("GET", "/api/x", bearer(token))), 401, invalid_token);
  }
}

TEST_F(BearerCheck, RefusesForgedSignatures) {
  const TokenFactory& tokens = site().tokens;
  const std::string good = tokens.token("alice");
  const std::string signed_part = good.substr(0, good.rfind('.'));
  const std::string signature = good.substr(good.rfind('.') + 1);
  const std::string unsigned_token =
      base64url(R"({"alg":"none"})") + "." + base64url(json::serialize(TokenFactory::claims("alice"))) + ".";
  const TokenFactory other(TestKey::hmac("another-secret-of-at-least-32-bytes-long"), "HS256", "k1");
  // The attack of RFC 8725 §2.1: the public RSA key, which everybody has, taken for an HMAC secret.
  const TokenFactory confused(TestKey::hmac(rsa_key().public_pem()), "HS256", "r1");
  std::string tampered = good;
  tampered[good.find('.') + 10] = tampered[good.find('.') + 10] == 'A' ? 'B' : 'A';
  struct Case {
    const char* name;
    std::string token;
  };
  const Case cases[] = {
      {"none", unsigned_token},
      {"none, with a signature", unsigned_token + signature},
      {"another secret", other.token("alice")},
      {"the public key as an HMAC secret", confused.token("alice")},
      {"a changed claim", tampered},
      {"no signature", signed_part + "."},
      {"a signature cut short", signed_part + "." + signature.substr(0, 22)},
      {"a signature and more", signed_part + "." + signature + "AAAA"},
      {"the signature of another token", signed_part + tokens.token("root").substr(tokens.token("root").rfind('.'))},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(send(request("GET", "/api/x", bearer(c.token))), 401, invalid_token);
  }
}

TEST_F(BearerCheck, RefusesWhatIsNoStrictJwt) {
  const TokenFactory& tokens = site().tokens;
  const std::string good = tokens.token("alice");
  const std::string header = json::serialize(tokens.header());
  const std::string claims = json::serialize(TokenFactory::claims("alice"));
  json::object large = TokenFactory::claims("alice");
  large["padding"] = std::string(8 * 1024, 'x');
  struct Case {
    const char* name;
    std::string token;
  };
  const Case cases[] = {
      {"one part", "abc"},
      {"two parts", good.substr(0, good.rfind('.'))},
      {"four parts", good + ".AAAA"},
      {"five parts, an encrypted one", "a.b.c.d.e"},
      {"only dots", ".."},
      {"padding", good + "=="},
      {"the alphabet of plain base64", good.substr(0, good.size() - 3) + "+/+"},
      {"claims that are a list", tokens.token_of(header, "[1]")},
      {"claims that are no JSON", tokens.token_of(header, "sub=alice")},
      {"claims with something behind", tokens.token_of(header, claims + "{}")},
      {"no claims", tokens.token_of(header, "")},
      {"claims that are not UTF-8", tokens.token_of(header, claims.substr(0, claims.size() - 1) + ",\"x\":\"\xff\"}")},
      {"a claim twice", tokens.token_of(header, claims.substr(0, claims.size() - 1) + ",\"sub\":\"root\"}")},
      {"a header member twice", tokens.token_of(header.substr(0, header.size() - 1) + ",\"alg\":\"HS256\"}", claims)},
      {"a header that is a list", tokens.token_of("[]", claims)},
      {"over 8 KiB", tokens.token(large)},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(send(request("GET", "/api/x", bearer(c.token))), 401, invalid_token);
  }
}

TEST_F(BearerCheck, AsksForTheScopeThatIsMissing) {
  json::object claims = TokenFactory::claims("alice");
  expect_refused(send(request("GET", "/api/reports", bearer(site().tokens.token(claims)))), 403,
                 "Bearer error=\"insufficient_scope\"");
  claims["scope"] = "orders:read";
  const Response refused = send(request("GET", "/api/reports", bearer(site().tokens.token(claims))));
  expect_refused(refused, 403, "Bearer error=\"insufficient_scope\"");
  EXPECT_NE(refused.field("WWW-Authenticate").find("scope=\"reports:read\""), std::string::npos);

  claims["scope"] = "orders:read reports:read";
  EXPECT_EQ(send(request("GET", "/api/reports", bearer(site().tokens.token(claims)))).status, 200);
}

TEST_F(BearerCheck, IgnoresABadTokenOnAPublicRouteAndBelievesAGoodOne) {
  EXPECT_EQ(send(request("GET", "/public/x", bearer("rubbish"))).status, 200);
  EXPECT_FALSE(upstream().last().fields.find("X-Forwarded-User"));
  EXPECT_EQ(get_as("bob", "/public/x").status, 200);
  EXPECT_FALSE(upstream().last().fields.find("X-Forwarded-User"));
  EXPECT_EQ(get_as("alice", "/public/x").status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
}

TEST_F(BearerCheck, DeniesWithARequestIdThatTheLogKnows) {
  const Response response = send(request("GET", "/api/x"));
  const std::string id = response.field("X-Request-Id");
  ASSERT_FALSE(id.empty());
  EXPECT_TRUE(site().gateway.wait_for_log(id));
}

TEST_F(BearerCheck, KeepsTheConnectionAfterARefusalWhoseRequestWasReadWhole) {
  RawClient connection = client();
  EXPECT_EQ(connection.exchange(request("GET", "/api/x")).status, 401);
  EXPECT_EQ(connection.exchange(request("POST", "/api/x", "", "content that nobody wants")).status, 401);
  EXPECT_EQ(connection.exchange(request("GET", "/api/x", bearer(site().token("alice")))).status, 200);
  EXPECT_EQ(upstream().requests().size(), 1);
}

TEST_F(BearerCheck, StillVerifiesATokenThatItHasSeenBefore) {
  json::object claims = TokenFactory::claims("alice");
  const std::string good = site().tokens.token(claims);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(request("GET", "/api/x", bearer(good))).status, 200);
  std::string forged = good;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  upstream().start_over();
  expect_refused(send(request("GET", "/api/x", bearer(forged))), 401, invalid_token);
}

TEST_F(BearerCheck, ATokenThatItHasSeenBeforeExpiresAllTheSame) {
  json::object claims = TokenFactory::claims("alice");
  claims["exp"] = TokenFactory::now() - 28;  // two seconds of the leeway are left
  const std::string fields = bearer(site().tokens.token(claims));
  ASSERT_EQ(send(request("GET", "/api/x", fields)).status, 200);
  EXPECT_TRUE(eventually([&] { return send(request("GET", "/api/x", fields)).status == 401; }));
  EXPECT_GE(TokenFactory::now(), claims["exp"].as_int64() + 30);
}

/// One gateway for each kind of key: its tokens are good and nobody else's are.
class SigningKeys : public ::testing::TestWithParam<const char*> {};

TEST_P(SigningKeys, SignAndVerify) {
  const std::string algorithm = GetParam();
  const auto make_key = [&] {
    if (algorithm == "RS256") return TestKey::rsa();
    return algorithm == "ES256" ? TestKey::ec() : TestKey::ed25519();
  };
  const TestKey key = make_key();
  Site site([&](GatewayConfig& config) {
    config.file("key.pem", key.private_pem());
    config.set(
        "tokens",
        "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  signing_keys:\n    - {kid: a1, algorithm: " +
            algorithm + ", private_key: key.pem}");
  });
  const TokenFactory good(key, algorithm, "a1");
  EXPECT_EQ(site.send(request("GET", "/api/x", bearer(good.token("alice")))).status, 200);
  const TokenFactory forged(make_key(), algorithm, "a1");
  EXPECT_EQ(site.send(request("GET", "/api/x", bearer(forged.token("alice")))).status, 401);

  const std::string form = "username=alice&password=correct+horse+battery+staple";
  const Response issued =
      site.send(request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n", form));
  ASSERT_EQ(issued.status, 200) << issued.content;
  const std::size_t begin = issued.content.find("\"access_token\":\"") + 16;
  const std::string token = issued.content.substr(begin, issued.content.find('"', begin) - begin);
  EXPECT_EQ(site.send(request("GET", "/api/x", bearer(token))).status, 200);
  EXPECT_EQ(site.gateway.stop(), 0);
}

INSTANTIATE_TEST_SUITE_P(Asymmetric, SigningKeys, ::testing::Values("RS256", "ES256", "EdDSA"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace bearward::testing
