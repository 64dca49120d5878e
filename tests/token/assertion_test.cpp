#include "token/assertion.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "token/access_token.h"
#include "token/strict_json.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using namespace std::chrono_literals;
using crypto::Algorithm;
using test::now;

std::shared_ptr<const KeySet> keys() {
  return test::key_set({{"k1", test::signing_key(Algorithm::HS256)},
                        {"k2", test::signing_key(Algorithm::ES256)},
                        {"k3", test::signing_key(Algorithm::RS256)}});
}

identity::Principal alice() {
  auto token = std::make_shared<identity::TokenClaims>();
  token->subject = token->username = "alice";
  token->scopes = {"orders:read", "reports:read"};
  token->client_id = "spa";
  auto user = std::make_shared<identity::User>();
  user->username = "alice";
  user->email = "alice@example.test";
  user->full_name = "Älice \"A\"";
  user->roles = {"staff", "sales, north"};
  return {std::move(token), std::move(user)};
}

boost::json::object decoded(std::string_view part) {
  return parse_strict_object(base64url_decode(part).value()).value();
}

TEST(Assertion, SaysWhoAsksAndIsSignedWithTheFirstKeyThatHasAPublicHalf) {
  const auto set = keys();
  const auto signer = make_assertion_signer(*set, "https://gateway.test");
  ASSERT_NE(signer, nullptr);
  const std::string assertion = signer->sign(alice(), "orders", 30s, now);
  const CompactJws jws = split_compact(assertion).value();
  EXPECT_EQ(boost::json::serialize(decoded(jws.header)),
            R"({"alg":"ES256","typ":"bearward-assertion+jwt","kid":"k2"})");
  SignatureVerifier verifier{set->issuers.front().keys};
  const auto payload = verifier.verify(jws, parse_header(jws.header).value());
  ASSERT_TRUE(payload);
  boost::json::object claims = parse_strict_object(*payload).value();
  EXPECT_EQ(claims.at("jti").as_string().size(), 32U);
  claims.erase("jti");
  EXPECT_EQ(claims, (boost::json::object{{"iss", "https://gateway.test"},
                                         {"aud", "orders"},
                                         {"sub", "alice"},
                                         {"email", "alice@example.test"},
                                         {"name", "Älice \"A\""},
                                         {"roles", {"staff", "sales, north"}},
                                         {"scope", "orders:read reports:read"},
                                         {"client_id", "spa"},
                                         {"iat", 1'800'000'000},
                                         {"exp", 1'800'000'030}}));
}

TEST(Assertion, LeavesOutWhatIsNotKnown) {
  const auto signer = make_assertion_signer(*keys(), "");
  identity::Principal client = alice();
  auto token = std::make_shared<identity::TokenClaims>();
  token->subject = "reporting";
  client = {std::move(token), nullptr};
  const std::string assertion = signer->sign(client, "orders", 5s, now);
  boost::json::object claims = decoded(split_compact(assertion).value().payload);
  claims.erase("jti");
  EXPECT_EQ(boost::json::serialize(claims), R"({"aud":"orders","sub":"reporting","iat":1800000000,"exp":1800000005})");
}

TEST(Assertion, IsNoAccessToken) {
  const auto set = keys();
  const std::string assertion =
      make_assertion_signer(*set, "https://gateway.test")->sign(alice(), "legacy-apis", 30s, now);
  const auto verified = AccessTokenVerifier{set}.verify(assertion, now);
  ASSERT_FALSE(verified);
  EXPECT_EQ(verified.error(), TokenError::wrong_type);
}

TEST(Assertion, NeedsAKeyWithAPublicHalf) {
  EXPECT_EQ(make_assertion_signer(*test::key_set({{"k1", test::signing_key(Algorithm::HS512)}}), "i"), nullptr);
  EXPECT_EQ(make_assertion_signer(*test::key_set({{"k1", test::verifying_key(Algorithm::ES256)}}), "i"), nullptr);
  EXPECT_EQ(make_assertion_signer(*test::key_set({}), "i"), nullptr);
}

}  // namespace
}  // namespace bearward::token
