#include "token/key_set.h"

#include <gtest/gtest.h>

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
  EXPECT_EQ(issuer.expected.audience, "legacy-apis");
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
