#include "crypto/keyed_hash.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>
#include <string>

namespace bearward::crypto {
namespace {

constexpr std::array<unsigned char, 16> key{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

std::uint64_t openssl_siphash_1_3(std::string_view message) {
  unsigned compression = 1, finalization = 3;
  std::size_t size = 8;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &compression),
                                   OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &finalization),
                                   OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
  unsigned char out[8] = {};
  std::size_t length = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  EXPECT_NE(EVP_Q_mac(nullptr, "SIPHASH", nullptr, nullptr, parameters, key.data(), key.size(), bytes, message.size(),
                      out, sizeof out, &length),
            nullptr);
  std::uint64_t hash;
  std::memcpy(&hash, out, sizeof hash);
  return hash;
}

TEST(KeyedHash, IsSipHash13AsOpensslHasIt) {
  const KeyedHash hash{key};
  std::string message;
  for (int length = 0; length < 200; ++length) {
    EXPECT_EQ(hash(message), openssl_siphash_1_3(message)) << length;
    message += static_cast<char>(length * 31 + 7);
  }
}

TEST(KeyedHash, DiffersUnderEveryFreshKey) {
  const KeyedHash first, second;
  EXPECT_NE(first("the same token"), second("the same token"));
  EXPECT_EQ(first("the same token"), first("the same token"));
}

}  // namespace
}  // namespace bearward::crypto
