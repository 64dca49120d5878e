#include "token/public_jwk.h"

#include <gtest/gtest.h>

#include "token/jwk.h"
#include "token/strict_json.h"
#include "token/test_tokens.h"

namespace bearward::token {
namespace {

using crypto::Algorithm;

TEST(PublicJwks, HoldThePublicHalfOfEveryKeyPairAndNoSecret) {
  std::vector<NamedKey> keys;
  for (const Algorithm algorithm : test::all_algorithms)
    keys.push_back({std::string{to_string(algorithm)}, test::signing_key(algorithm)});
  const std::string text = write_jwk_set(keys);
  const auto set = parse_jwk_set(text);
  ASSERT_TRUE(set) << set.error().message;
  EXPECT_TRUE(set->skipped.empty());
  EXPECT_EQ(set->keys.size(), 10U) << "all but HS256, HS384 and HS512";
  for (const NamedKey& each : set->keys) {
    EXPECT_EQ(each.kid, to_string(each.key->algorithm()));
    EXPECT_FALSE(each.key->can_sign());
  }
  const auto members = parse_strict_object(text).value();
  for (const boost::json::value& jwk : members.at("keys").as_array()) {
    EXPECT_EQ(jwk.at("use"), "sig");
    for (const char* secret : {"k", "d", "p", "q", "dp", "dq", "qi"})
      EXPECT_FALSE(jwk.as_object().contains(secret)) << secret;
  }
}

TEST(PublicJwks, OfSecretsAloneAreNone) {
  const NamedKey key{"k1", test::signing_key(Algorithm::HS256)};
  EXPECT_EQ(write_jwk_set({&key, 1}), R"({"keys":[]})");
  EXPECT_EQ(write_jwk_set({}), R"({"keys":[]})");
}

}  // namespace
}  // namespace bearward::token
