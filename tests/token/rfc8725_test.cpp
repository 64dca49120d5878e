// The attacks of RFC 8725 and of published JWT flaws, each as a token of an attacker who knows all that is public.
#include <gtest/gtest.h>

#include "token/access_token.h"
#include "token/public_jwk.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;
using test::good_payload;
using test::now;

std::string unsigned_token(std::string_view header, std::string_view signature) {
  return base64url_encode(header) + '.' + base64url_encode(good_payload) + '.' + base64url_encode(signature);
}

/// A good payload whose `exp` is this JSON.
std::string payload_with_exp(std::string_view exp) {
  std::string text{good_payload};
  const std::string_view known = "1800001800";
  return text.replace(text.find(known), known.size(), exp);
}

class Rfc8725Test : public ::testing::Test {
 protected:
  /// Public keys of all kinds, and no secret: HS* can only be a confusion.
  Rfc8725Test() {
    std::vector<NamedKey> keys;
    for (const Algorithm algorithm : {Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA})
      keys.push_back({std::string{to_string(algorithm)}, test::verifying_key(algorithm)});
    jwks_ = write_jwk_set(keys);
    verifier_.emplace(test::key_set(std::move(keys)));
  }

  std::optional<TokenError> judge(const std::string& token) {
    const auto claims = verifier_->verify(token, now);
    return claims ? std::nullopt : std::optional{claims.error()};
  }
  static std::string signed_by_attacker(std::string_view secret, std::string_view header) {
    return test::signed_token(*crypto::Key::from_secret(Algorithm::HS256, secret).value(), header, good_payload);
  }

  std::string jwks_;
  std::optional<AccessTokenVerifier> verifier_;
};

TEST_F(Rfc8725Test, NoneIsNoAlgorithmInAnySpelling) {
  for (const char* none : {"none", "None", "NONE", "nOnE", "noNe", " none", "none ", "none\\u0000", "\\u006eone", ""}) {
    for (const char* kid : {"", R"(,"kid":"RS256")"}) {
      const std::string header = std::string(R"({"alg":")") + none + '"' + kid + '}';
      EXPECT_TRUE(judge(unsigned_token(header, ""))) << none;
      EXPECT_EQ(judge(unsigned_token(header, "x")), TokenError::unsupported_algorithm) << none;
    }
  }
  EXPECT_TRUE(judge(unsigned_token("{}", "x"))) << "no alg";
  EXPECT_TRUE(judge(unsigned_token(R"({"alg":null})", "x")));
  EXPECT_TRUE(judge(unsigned_token(R"({"alg":["none","RS256"]})", "x")));
}

TEST_F(Rfc8725Test, APublicKeyIsNoSecret) {
  const std::string pem = test::public_pem("RSA-2048");
  for (const std::string& secret : {pem, pem.substr(0, pem.size() - 1), jwks_, test::public_pem("P-256")}) {
    for (const char* kid :
         {R"({"alg":"HS256"})", R"({"alg":"HS256","kid":"RS256"})", R"({"alg":"HS256","kid":"ES256"})"}) {
      const auto refused = judge(signed_by_attacker(secret, kid));
      EXPECT_TRUE(refused == TokenError::unknown_key || refused == TokenError::wrong_algorithm) << kid;
    }
  }
}

TEST_F(Rfc8725Test, ATokenBringsNoKeyAndNoExtension) {
  const auto attacker = test::signing_key(Algorithm::ES384);
  for (const char* member :
       {R"("jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", R"("jku":"https://evil.test/keys")",
        R"("x5u":"https://evil.test/cert")", R"("x5c":["MIIB"])", R"("crit":["exp"])", R"("crit":[])", R"("b64":false)",
        R"("b64":true)"}) {
    const std::string header = std::string(R"({"alg":"ES256","kid":"ES256",)") + member + '}';
    EXPECT_EQ(judge(unsigned_token(header, std::string(64, 'x'))), TokenError::forbidden_header) << member;
  }
}

TEST_F(Rfc8725Test, AKidNamesOneOfOurKeysOrNone) {
  for (const char* kid : {R"("../../../../dev/null")", R"("RS256\u0000")", R"("rs256")", R"("x' UNION SELECT 'secret")",
                          R"("|id")", R"("http://evil.test/")", R"("")"}) {
    const std::string header = std::string(R"({"alg":"RS256","kid":)") + kid + '}';
    EXPECT_EQ(judge(unsigned_token(header, std::string(256, 'x'))), TokenError::unknown_key) << kid;
  }
  for (const char* kid : {"7", "null", R"(["RS256"])", R"({"a":1})"}) {
    const std::string header = std::string(R"({"alg":"RS256","kid":)") + kid + '}';
    EXPECT_EQ(judge(unsigned_token(header, std::string(256, 'x'))), TokenError::malformed) << kid;
  }
}

TEST_F(Rfc8725Test, SignaturesThatFitEveryKeyFitNone) {
  struct Case {
    const char* name;
    Algorithm algorithm;
    std::string signature;
  };
  std::string one(64, '\0');
  one[31] = one[63] = 1;
  const Case cases[] = {
      {"psychic: r = s = 0 (CVE-2022-21449)", Algorithm::ES256, std::string(64, '\0')},
      {"r = s = 1", Algorithm::ES256, one},
      {"r = s = 2^256 - 1", Algorithm::ES256, std::string(64, '\xff')},
      {"DER in place of r and s", Algorithm::ES256, std::string("\x30\x06\x02\x01\x01\x02\x01\x01", 8)},
      {"one byte", Algorithm::ES256, "x"},
      {"zero, for RSA", Algorithm::RS256, std::string(256, '\0')},
      {"one, for RSA", Algorithm::RS256, std::string(255, '\0') + '\x01'},
      {"over the modulus", Algorithm::RS256, std::string(256, '\xff')},
      {"zero, for Ed25519", Algorithm::EdDSA, std::string(64, '\0')},
      {"the neutral point", Algorithm::EdDSA, '\x01' + std::string(63, '\0')}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string name{to_string(c.algorithm)};
    EXPECT_EQ(judge(unsigned_token(R"({"alg":")" + name + R"(","kid":")" + name + R"("})", c.signature)),
              TokenError::bad_signature);
  }
}

TEST_F(Rfc8725Test, WhatATokenMaySayOfItsTimesIsANumberThatMeansSomething) {
  const auto key = test::signing_key(Algorithm::ES256);
  const auto judge_exp = [&](std::string_view exp) {
    return judge(test::signed_token(*key, test::header_for(Algorithm::ES256, "ES256"), payload_with_exp(exp)));
  };
  EXPECT_EQ(judge_exp("1800001800"), std::nullopt);
  for (const char* exp :
       {R"("1800001800")", "null", "true", "[1800001800]", "{}", "1e999", "0x7fffffff", "NaN", "Infinity"})
    EXPECT_EQ(judge_exp(exp), TokenError::malformed) << exp;
  for (const char* exp : {"-1", "0", "-9223372036854775808", "-1e300", "1.0"})
    EXPECT_EQ(judge_exp(exp), TokenError::expired) << exp;
  for (const char* exp : {"9223372036854775807", "18446744073709551615", "1e300"})
    EXPECT_EQ(judge_exp(exp), std::nullopt) << exp << ": a long time, and no overflow";
}

}  // namespace
}  // namespace bearward::token
