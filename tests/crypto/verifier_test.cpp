#include "crypto/verifier.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/signer.h"
#include "crypto/test_keys.h"

namespace bearward::crypto {
namespace {

constexpr std::string_view message = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9";

TEST(Verifier, AcceptsWhatTheKeySigned) {
  for (const Algorithm algorithm : test::all_algorithms) {
    SCOPED_TRACE(to_string(algorithm));
    const auto key = test::signing_key(algorithm);
    const auto verifier = make_verifier(test::verifying_key(algorithm));
    for (const std::string_view text : {message, std::string_view{}, message.substr(3)}) {
      const std::string signature = sign(*key, text);
      EXPECT_EQ(signature.size(), key->signature_bytes());
      EXPECT_TRUE(verifier->verify(text, signature));
    }
  }
}

TEST(Verifier, RefusesEveryOtherSignatureAndStaysUsable) {
  for (const Algorithm algorithm : test::all_algorithms) {
    SCOPED_TRACE(to_string(algorithm));
    const std::string good = sign(*test::signing_key(algorithm), message);
    const auto verifier = make_verifier(test::verifying_key(algorithm));
    const auto refuses = [&](std::string_view text, const std::string& signature) {
      EXPECT_FALSE(verifier->verify(text, signature));
      EXPECT_EQ(ERR_peek_error(), 0u) << "left an error for SSL_get_error to find";
    };
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string flipped = good;
      flipped[at] = static_cast<char>(flipped[at] ^ 1 << at % 8);
      refuses(message, flipped);
    }
    refuses(message, "");
    refuses(message, good.substr(1));
    refuses(message, good.substr(0, good.size() - 1));
    refuses(message, good + '\0');
    refuses(message, '\0' + good);
    refuses(message, good + good);
    refuses(message, std::string(good.size(), '\0'));
    refuses(message, std::string(good.size(), '\xff'));
    refuses(message.substr(1), good);
    refuses(std::string{message} + '.', good);
    refuses("", good);
    EXPECT_TRUE(verifier->verify(message, good));
  }
}

TEST(Verifier, RefusesTheSignatureOfAnyOtherAlgorithm) {
  for (const Algorithm signed_with : test::all_algorithms) {
    const std::string signature = sign(*test::signing_key(signed_with), message);
    for (const Algorithm verified_with : test::all_algorithms) {
      SCOPED_TRACE(std::string{to_string(signed_with)} + " taken for " + std::string{to_string(verified_with)});
      EXPECT_EQ(make_verifier(test::verifying_key(verified_with))->verify(message, signature),
                signed_with == verified_with);
    }
  }
}

TEST(Verifier, RefusesAnotherKeysSignature) {
  const auto other = Key::from_secret(Algorithm::HS256, "another secret that is long enough, too").value();
  EXPECT_FALSE(make_verifier(other)->verify(message, sign(*test::signing_key(Algorithm::HS256), message)));
}

}  // namespace
}  // namespace bearward::crypto
