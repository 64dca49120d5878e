#include "token/raw_signature.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "token/public_jwk.h"
#include "token/strict_json.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;
using test::signed_token;

std::optional<TokenError> judge(std::string_view token, std::string_view key_set) {
  const auto payload = verify_signature_alone(token, key_set);
  return payload ? std::nullopt : std::optional{payload.error().error};
}

std::string header(std::string_view algorithm) { return R"({"alg":")" + std::string{algorithm} + R"("})"; }

/// The test secret as a JWK; `alg` may be empty.
std::string secret_jwk(std::string_view algorithm) {
  std::string jwk = R"({"kty":"oct","k":")" + base64url_encode(test::long_secret) + '"';
  if (!algorithm.empty()) jwk += R"(,"alg":")" + std::string{algorithm} + '"';
  return jwk + '}';
}

TEST(RawSignature, OfEveryKeyPairIsGoodAgainstTheSetThatWePublish) {
  for (const Algorithm algorithm : test::all_algorithms) {
    if (crypto::family_of(algorithm) == crypto::KeyFamily::hmac) continue;
    SCOPED_TRACE(to_string(algorithm));
    const NamedKey key{"k1", test::signing_key(algorithm)};
    const std::string set = write_jwk_set({&key, 1});
    EXPECT_EQ(judge(signed_token(*key.key, test::header_for(algorithm), "any bytes"), set), std::nullopt);
    EXPECT_EQ(judge(signed_token(*key.key, test::header_for(algorithm, "k2"), "any bytes"), set),
              TokenError::unknown_key);
  }
}

TEST(RawSignature, TakesTheAlgorithmOfTheKeyAndOnlyAmongItsOwnThatOfTheToken) {
  const auto hs256 = test::signing_key(Algorithm::HS256);
  const auto hs512 = test::signing_key(Algorithm::HS512);
  const std::string token = signed_token(*hs256, header("HS256"), "{}");
  EXPECT_EQ(judge(token, secret_jwk("HS256")), std::nullopt);
  EXPECT_EQ(judge(token, secret_jwk("HS512")), TokenError::unknown_key) << "the key is for another";
  EXPECT_EQ(judge(token, secret_jwk("")), std::nullopt) << "the key is for any of its kty";
  EXPECT_EQ(judge(signed_token(*hs512, header("HS512"), "{}"), secret_jwk("")), std::nullopt);
  EXPECT_EQ(judge(signed_token(*hs512, header("HS256"), "{}"), secret_jwk("")), TokenError::bad_signature);

  const auto rsa = test::signing_key(Algorithm::PS384);
  const NamedKey named{"", rsa};
  auto set = parse_strict_object(write_jwk_set({&named, 1})).value();
  set["keys"].as_array()[0].as_object().erase("alg");
  EXPECT_EQ(judge(signed_token(*rsa, header("PS384"), "{}"), boost::json::serialize(set)), std::nullopt);
  EXPECT_EQ(judge(signed_token(*hs256, header("HS256"), "{}"), boost::json::serialize(set)), TokenError::unknown_key)
      << "a public key is no secret";
}

TEST(RawSignature, SaysWhenThereIsNothingToJudgeBy) {
  const std::string token = signed_token(*test::signing_key(Algorithm::HS256), header("HS256"), "{}");
  for (const char* text : {"", "[]", "{}", "foo", R"({"k":"AAAA"})", R"({"kty":"oct","kty":"oct"})"}) {
    const auto judged = verify_signature_alone(token, text);
    ASSERT_FALSE(judged);
    EXPECT_TRUE(judged.error().unreadable) << text;
  }
  for (const char* text : {R"({"keys":[]})", R"({"keys":7})", R"({"kty":"oct","k":"AAAA","alg":"HS256"})"}) {
    const auto judged = verify_signature_alone(token, text);
    ASSERT_FALSE(judged);
    EXPECT_FALSE(judged.error().unreadable) << text;
    EXPECT_EQ(judged.error().error, TokenError::unknown_key) << text;
  }
  EXPECT_NE(verify_signature_alone(token, R"({"kty":"oct","k":"AAAA","alg":"HS256"})").error().detail.find("3 bytes"),
            std::string::npos)
      << "a weak key is named";
}

}  // namespace
}  // namespace bearward::token
