#include "token/key_set.h"

#include <gtest/gtest.h>

#include "support/token_factory.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

config::SigningKey secret_key(std::string kid, std::string algorithm, std::string secret, int line = 1) {
  config::SigningKey key;
  key.kid = std::move(kid);
  key.algorithm = std::move(algorithm);
  key.secret = Secret{std::move(secret)};
  key.place = {"gateway.yaml", line, 7};
  return key;
}

config::SigningKey pem_key(std::string kid, std::string algorithm, std::string pem, int line = 1) {
  config::SigningKey key = secret_key(std::move(kid), std::move(algorithm), "", line);
  key.private_key = "/etc/bearward/key.pem";
  key.private_key_pem = Secret{std::move(pem)};
  return key;
}

TEST(BuildKeySet, TakesEveryKindOfKeyInItsOrder) {
  config::Tokens tokens;
  tokens.issuer = "https://gateway.test";
  tokens.audience = "legacy-apis";
  tokens.leeway = std::chrono::seconds{7};
  tokens.signing_keys = {pem_key("k4", "EdDSA", test::private_pem("ED25519")),
                         pem_key("k3", "ES256", test::private_pem("P-256")),
                         pem_key("k2", "RS256", test::private_pem("RSA-2048")),
                         secret_key("k1", "HS256", "contract-secret-of-at-least-32-bytes!!")};
  config::Diagnostics diagnostics;
  const auto keys = build_key_set(tokens, diagnostics);
  ASSERT_NE(keys, nullptr);
  EXPECT_FALSE(diagnostics.has_errors());
  ASSERT_EQ(keys->issuers.size(), 1u);
  const Issuer& issuer = keys->issuers.front();
  EXPECT_EQ(issuer.expected.issuer, "https://gateway.test");
  EXPECT_EQ(issuer.expected.audiences, std::vector<std::string>{"legacy-apis"});
  EXPECT_EQ(issuer.expected.leeway, std::chrono::seconds{7});
  ASSERT_EQ(issuer.keys.size(), 4u);
  EXPECT_EQ(keys->signing().kid, "k4");
  EXPECT_EQ(issuer.keys[3].kid, "k1");
  EXPECT_EQ(issuer.keys[3].key->algorithm(), crypto::Algorithm::HS256);
  for (const NamedKey& named : issuer.keys) EXPECT_TRUE(named.key->can_sign());
}

TEST(BuildKeySet, NamesEveryBadKeyAndItsPlaceAtOnce) {
  config::Tokens tokens;
  tokens.signing_keys = {secret_key("short", "HS256", "hunter2", 10),
                         secret_key("odd", "HS257", "x", 11),
                         pem_key("weak", "RS256", test::private_pem("RSA-1024"), 12),
                         pem_key("curve", "ES384", test::private_pem("P-256"), 13),
                         pem_key("none", "none", "", 14),
                         secret_key("good", "HS256", std::string(32, 'g'), 15),
                         secret_key("good", "HS256", std::string(32, 'h'), 16)};
  config::Diagnostics diagnostics;
  EXPECT_EQ(build_key_set(tokens, diagnostics), nullptr);
  const auto found = diagnostics.sorted();
  const char* wanted[] = {"\"short\": the secret has 7 bytes",
                          "\"odd\": unknown algorithm \"HS257\"; use",
                          "\"weak\": /etc/bearward/key.pem: the RSA key has 1024 bits",
                          "\"curve\": /etc/bearward/key.pem: the EC key",
                          "\"none\": unknown algorithm \"none\"",
                          "\"good\": another key has the same kid"};
  ASSERT_EQ(found.size(), std::size(wanted));
  const int lines[] = {10, 11, 12, 13, 14, 16};
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NE(found[i].message.find(wanted[i]), std::string::npos) << found[i].message;
    EXPECT_EQ(found[i].message.find("hunter2"), std::string::npos);
    EXPECT_EQ(found[i].place.line, lines[i]);
  }
}

config::TrustedIssuer trusted(std::string name, std::string jwks, int line) {
  config::TrustedIssuer issuer;
  issuer.issuer = std::move(name);
  issuer.algorithms = {"ES256"};
  issuer.audiences = {"a", "b"};
  issuer.username_prefix = "x:";
  issuer.place = {"gateway.yaml", line, 7};
  issuer.jwks_place = {"gateway.yaml", line, 20};
  if (!jwks.empty()) issuer.jwks_file = "/etc/bearward/idp.json";
  issuer.jwks = std::move(jwks);
  return issuer;
}

TEST(BuildKeySet, TakesTheKeysOfAFileAndAwaitsThoseOfAUrl) {
  config::Tokens tokens;
  tokens.trusted_issuers = {trusted("https://file.test", testing::jwks({testing::TestKey::ec().jwk("e")}), 3),
                            trusted("https://url.test", "", 4)};
  config::Diagnostics diagnostics;
  const auto keys = build_key_set(tokens, diagnostics);
  ASSERT_NE(keys, nullptr);
  ASSERT_EQ(keys->issuers.size(), 3u);
  EXPECT_FALSE(keys->issuers[0].mapping.has_value());
  EXPECT_EQ(keys->issuers[1].expected.audiences, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(keys->issuers[1].mapping->username_prefix, "x:");
  EXPECT_EQ(keys->issuers[1].keys.size(), 1u);
  EXPECT_FALSE(keys->issuers[1].awaits_keys);
  EXPECT_TRUE(keys->issuers[2].awaits_keys);
}

TEST(BuildKeySet, SaysOfAFilesKeysWhichAreNotUsed) {
  const std::string weak = testing::TestKey::rsa(1024).jwk("w"), good = testing::TestKey::ec().jwk("e");
  config::Tokens tokens;
  tokens.trusted_issuers = {trusted("https://a.test", testing::jwks({good, weak}), 3),
                            trusted("https://b.test", testing::jwks({weak}), 4), trusted("https://c.test", "<html>", 5),
                            trusted("https://d.test", "", 6)};
  tokens.trusted_issuers[3].ca_file = "/etc/bearward/ca.pem";
  tokens.trusted_issuers[3].ca = "no certificate";
  tokens.trusted_issuers[3].ca_place = {"gateway.yaml", 6, 30};
  config::Diagnostics diagnostics;
  EXPECT_EQ(build_key_set(tokens, diagnostics), nullptr);
  std::vector<std::string> found;
  for (const auto& each : diagnostics.sorted()) found.push_back(each.to_string());
  ASSERT_EQ(found.size(), 5u);
  EXPECT_TRUE(
      found[0].starts_with("gateway.yaml:3:20: warning: /etc/bearward/idp.json: key number 2: the RSA key has "));
  EXPECT_EQ(found[1],
            "gateway.yaml:4:20: error: /etc/bearward/idp.json: no key of it can be used; no token could be "
            "verified");
  EXPECT_TRUE(found[2].starts_with("gateway.yaml:4:20: warning: "));
  EXPECT_EQ(found[3],
            "gateway.yaml:5:20: error: /etc/bearward/idp.json: the key set is not a JSON object, or has a "
            "member twice");
  EXPECT_EQ(found[4], "gateway.yaml:6:30: error: /etc/bearward/ca.pem: no PEM certificates, or a damaged one");
}

TEST(KeySetIssuerOf, PrefersTheNamedOverTheNameless) {
  KeySet keys;
  keys.issuers.resize(2);
  keys.issuers[1].expected.issuer = "https://idp.test";
  EXPECT_EQ(keys.issuer_of("https://idp.test"), &keys.issuers[1]);
  EXPECT_EQ(keys.issuer_of("https://other.test"), &keys.issuers[0]);
  EXPECT_EQ(keys.issuer_of(""), &keys.issuers[0]);
  keys.issuers[0].expected.issuer = "https://gateway.test";
  EXPECT_EQ(keys.issuer_of("https://other.test"), nullptr);
  EXPECT_EQ(keys.issuer_of(""), nullptr);
}

}  // namespace
}  // namespace bearward::token
