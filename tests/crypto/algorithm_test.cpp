#include "crypto/algorithm.h"

#include <gtest/gtest.h>

#include "crypto/test_keys.h"

namespace bearward::crypto {
namespace {

TEST(AlgorithmNamed, KnowsEachByItsOwnName) {
  const char* names[] = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                         "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"};
  std::size_t at = 0;
  for (const Algorithm algorithm : test::all_algorithms) {
    EXPECT_EQ(to_string(algorithm), names[at]);
    EXPECT_EQ(algorithm_named(names[at]), algorithm);
    ++at;
  }
}

TEST(AlgorithmNamed, KnowsNoOther) {
  for (const char* name : {"", "none", "None", "NONE", "nOnE", "hs256", "HS256 ", " HS256", "HS1", "HS2560", "RSA1_5",
                           "ES256K", "Ed25519", "Ed448", "A256GCM", "dir", "PBES2-HS256+A128KW"})
    EXPECT_EQ(algorithm_named(name), std::nullopt) << name;
  EXPECT_EQ(algorithm_named(std::string_view{"HS256\0", 6}), std::nullopt);
}

}  // namespace
}  // namespace bearward::crypto
