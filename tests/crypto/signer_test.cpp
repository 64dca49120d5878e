#include "crypto/signer.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "crypto/test_keys.h"
#include "crypto/verifier.h"

namespace bearward::crypto {
namespace {

TEST(Sign, RefusesAPublicKey) {
  for (const Algorithm algorithm : {Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA})
    EXPECT_THROW(sign(*test::verifying_key(algorithm), "text"), std::logic_error);
}

TEST(Sign, WritesLeadingZerosOfRAndS) {
  // One ECDSA signature in 128 has a short r or s; all must come out at full length.
  const auto key = test::signing_key(Algorithm::ES256);
  const auto verifier = make_verifier(key);
  for (int i = 0; i < 600; ++i) {
    const std::string text = std::to_string(i);
    const std::string signature = sign(*key, text);
    ASSERT_EQ(signature.size(), 64u);
    ASSERT_TRUE(verifier->verify(text, signature));
  }
}

TEST(Sign, MayBeCalledFromManyThreadsWithOneKey) {
  for (const Algorithm algorithm : {Algorithm::HS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256}) {
    const auto key = test::signing_key(algorithm);
    std::array<int, 4> good{};
    std::vector<std::jthread> threads;
    for (int& count : good)
      threads.emplace_back([&count, key] {
        const auto verifier = make_verifier(key);
        for (int i = 0; i < 10; ++i) count += verifier->verify("text", sign(*key, "text"));
      });
    threads.clear();
    for (const int count : good) EXPECT_EQ(count, 10);
  }
}

}  // namespace
}  // namespace bearward::crypto
