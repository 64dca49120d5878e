#include "token/signature_verifier.h"

#include <gtest/gtest.h>

#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;
using test::header_for;
using test::signed_token;

crypto::Key::Pointer secret_key(const std::string& start) {
  return crypto::Key::from_secret(Algorithm::HS256, start + " and thirty-two bytes more of it").value();
}

std::optional<TokenError> judge(SignatureVerifier& verifier, const std::string& token) {
  const auto jws = split_compact(token);
  if (!jws) return jws.error();
  const auto header = parse_header(jws->header);
  if (!header) return header.error();
  const auto payload = verifier.verify(*jws, *header);
  return payload ? std::nullopt : std::optional{payload.error()};
}

TEST(SignatureVerifier, PicksTheKeyByKidAndKeepsToItsAlgorithm) {
  const auto first = secret_key("first"), second = secret_key("second"), unknown = secret_key("unknown");
  const auto rsa = test::signing_key(Algorithm::RS256);
  const std::vector<NamedKey> keys{
      {"k1", first}, {"k2", second}, {"r", test::verifying_key(Algorithm::RS256)}, {"", secret_key("nameless")}};
  struct Case {
    const char* name;
    crypto::Key::Pointer signed_by;
    std::string header;
    std::optional<TokenError> error;
  };
  const Case cases[] = {
      {"the first key", first, header_for(Algorithm::HS256, "k1"), {}},
      {"the second key", second, header_for(Algorithm::HS256, "k2"), {}},
      {"an RSA key", rsa, header_for(Algorithm::RS256, "r"), {}},
      {"the first key under the second's name", first, header_for(Algorithm::HS256, "k2"), TokenError::bad_signature},
      {"an unknown name, though a key would fit", first, header_for(Algorithm::HS256, "k9"), TokenError::unknown_key},
      {"an empty name picks no nameless key", secret_key("nameless"), R"({"alg":"HS256","kid":""})",
       TokenError::unknown_key},
      {"no name: every key of the algorithm is tried", second, header_for(Algorithm::HS256, ""), {}},
      {"no name: a nameless key too", secret_key("nameless"), header_for(Algorithm::HS256, ""), {}},
      {"no name, no such signer", unknown, header_for(Algorithm::HS256, ""), TokenError::bad_signature},
      {"no name, no key of the algorithm", test::signing_key(Algorithm::ES256), header_for(Algorithm::ES256, ""),
       TokenError::unknown_key},
      {"an RSA key for another hash", rsa, header_for(Algorithm::RS512, "r"), TokenError::wrong_algorithm},
      {"an RSA key for PSS", rsa, header_for(Algorithm::PS256, "r"), TokenError::wrong_algorithm},
      {"an RSA key as a secret", rsa, header_for(Algorithm::HS256, "r"), TokenError::wrong_algorithm},
      {"a secret as an RSA key", first, header_for(Algorithm::RS256, "k1"), TokenError::wrong_algorithm},
      {"a secret for another hash", first, header_for(Algorithm::HS512, "k1"), TokenError::wrong_algorithm},
  };
  SignatureVerifier verifier{keys};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(judge(verifier, signed_token(*c.signed_by, c.header, "{}")), c.error);
  }
}

TEST(SignatureVerifier, IsNotFooledByAPublicKeyUsedAsASecret) {
  // What every library of 2015 was: HS256, keyed with the text of the RSA public key that everybody has.
  const std::string pem = test::public_pem("RSA-2048");
  const auto forged = crypto::Key::from_secret(Algorithm::HS256, pem).value();
  const std::vector<NamedKey> keys{{"r", test::verifying_key(Algorithm::RS256)}};
  SignatureVerifier verifier{keys};
  EXPECT_EQ(judge(verifier, signed_token(*forged, header_for(Algorithm::HS256, "r"), "{}")),
            TokenError::wrong_algorithm);
  EXPECT_EQ(judge(verifier, signed_token(*forged, header_for(Algorithm::HS256, ""), "{}")), TokenError::unknown_key);
}

TEST(SignatureVerifier, TriesNoMoreThanAFewKeys) {
  std::vector<NamedKey> keys;
  for (std::size_t i = 0; i < SignatureVerifier::max_tries + 2; ++i)
    keys.push_back({"k" + std::to_string(i), secret_key("number " + std::to_string(i))});
  SignatureVerifier verifier{keys};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    SCOPED_TRACE(i);
    const bool tried = i < SignatureVerifier::max_tries;
    EXPECT_EQ(judge(verifier, signed_token(*keys[i].key, header_for(Algorithm::HS256, ""), "{}")),
              tried ? std::nullopt : std::optional{TokenError::bad_signature});
    EXPECT_EQ(judge(verifier, signed_token(*keys[i].key, header_for(Algorithm::HS256, keys[i].kid), "{}")),
              std::nullopt);
  }
}

TEST(SignatureVerifier, GivesThePayloadAndRefusesOneThatIsNotBase64url) {
  const auto key = secret_key("first");
  const std::vector<NamedKey> keys{{"k1", key}};
  SignatureVerifier verifier{keys};
  const std::string token = signed_token(*key, header_for(Algorithm::HS256), "any bytes");
  const auto jws = split_compact(token);
  EXPECT_EQ(verifier.verify(*jws, *parse_header(jws->header)), "any bytes");
  // Signed well, but the payload has a second spelling.
  const std::string input = base64url_encode(header_for(Algorithm::HS256)) + ".AB";
  EXPECT_EQ(judge(verifier, input + '.' + base64url_encode(crypto::sign(*key, input))), TokenError::malformed);
  EXPECT_EQ(judge(verifier, token + "="), TokenError::malformed);
}

}  // namespace
}  // namespace bearward::token
