#include "token/issuer_keys.h"

#include <gtest/gtest.h>

#include "support/token_factory.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;
using testing::jwks;
using testing::TestKey;

const TestKey& rsa() {
  static const TestKey key = TestKey::rsa();
  return key;
}

std::vector<std::string> names_of(const IssuerKeys& found) {
  std::vector<std::string> names;
  for (const NamedKey& named : found.keys)
    names.push_back(named.kid + " " + std::string{to_string(named.key->algorithm())});
  return names;
}

TEST(ReadIssuerKeys, UsesPublicKeysForTheAlgorithmsOfTheList) {
  const std::string ec = TestKey::ec().jwk("e1");
  const std::string p384 = TestKey::ec("P-384").jwk("e2");
  const std::string ed = TestKey::ed25519().jwk("d1");
  std::string encryption = rsa().jwk("enc");
  encryption.replace(encryption.find("\"sig\""), 5, "\"enc\"");
  const std::string weak = TestKey::rsa(1024).jwk("weak");
  const std::string private_key = R"({"kty":"OKP","crv":"Ed25519","kid":"private",)"
                                  R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",)"
                                  R"("d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})";
  const std::string secret =
      R"({"kty":"oct","alg":"HS256","kid":"s","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"})";
  struct Case {
    const char* name;
    std::vector<std::string> keys;
    std::vector<Algorithm> algorithms;
    std::vector<std::string> used;
    std::vector<std::string> unused;
  };
  const std::vector<Algorithm> all{Algorithm::RS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA};
  const Case cases[] = {
      {"every kind", {rsa().jwk("r", "RS256"), ec, p384, ed}, all, {"r RS256", "e1 ES256", "e2 ES384", "d1 EdDSA"}, {}},
      {"an RSA key that names no algorithm is for each of the list",
       {rsa().jwk("r")},
       {Algorithm::PS256, Algorithm::ES256, Algorithm::RS512},
       {"r PS256", "r RS512"},
       {}},
      {"and for none where the list has none",
       {rsa().jwk("r"), ec},
       {Algorithm::ES256},
       {"e1 ES256"},
       {"the key \"r\" is for RS256, which is not among algorithms"}},
      {"one that names an algorithm is for that alone",
       {rsa().jwk("r", "RS256")},
       {Algorithm::RS256, Algorithm::PS256},
       {"r RS256"},
       {}},
      {"a curve that is not asked for",
       {p384},
       {Algorithm::ES256},
       {},
       {"the key \"e2\" is for ES384, which is not among algorithms"}},
      {"a key for encryption is nothing to speak of", {encryption, ec}, all, {"e1 ES256"}, {}},
      {"a key that everybody can sign with",
       {private_key},
       all,
       {},
       {"the key \"private\" has its private half in the set, so that whoever reads it can sign"}},
      {"a secret", {secret}, all, {}, {"the key \"s\" is a secret, which whoever reads the set can sign with"}},
      {"none at all", {}, all, {}, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto found = read_issuer_keys(jwks(c.keys), c.algorithms);
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(names_of(*found), c.used);
    EXPECT_EQ(found->unused, c.unused);
  }
  const auto found = read_issuer_keys(jwks({ec, weak}), all);
  EXPECT_EQ(names_of(*found), std::vector<std::string>{"e1 ES256"});
  ASSERT_EQ(found->unused.size(), 1u);
  EXPECT_TRUE(found->unused[0].starts_with("key number 2: the RSA key has 1024 bits")) << found->unused[0];
}

TEST(ReadIssuerKeys, RefusesWhatIsNoKeySet) {
  for (const char* text : {"", "<html>", "{}", R"({"keys":{}})", R"({"keys":[)", R"([{"kty":"RSA"}])"})
    EXPECT_FALSE(read_issuer_keys(text, std::vector{Algorithm::RS256}).has_value()) << text;
}

}  // namespace
}  // namespace bearward::token
