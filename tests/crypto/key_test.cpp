#include "crypto/key.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "crypto/test_keys.h"

namespace bearward::crypto {
namespace {

using test::private_pem;
using test::public_pem;

/// Empty when a key was made of it.
std::string error_of(const Result<Key::Pointer, KeyError>& key) {
  EXPECT_EQ(ERR_peek_error(), 0u) << "OpenSSL's error queue is not empty";
  return key ? "" : key.error().message;
}

void expect_error(const std::string& error, const std::string& wanted) {
  if (wanted.empty())
    EXPECT_EQ(error, "");
  else
    EXPECT_NE(error.find(wanted), error.npos) << "the error is: " << error;
}

TEST(KeyFromSecret, TakesSecretsAsLongAsTheHash) {
  struct Case {
    const char* name;
    Algorithm algorithm;
    std::size_t bytes;
    const char* error;
  };
  const Case cases[] = {
      {"HS256, exactly long enough", Algorithm::HS256, 32, ""},
      {"HS256, a byte short", Algorithm::HS256, 31, "31 bytes; HS256 needs at least 32"},
      {"HS256, empty", Algorithm::HS256, 0, "0 bytes"},
      {"HS256, longer than a block", Algorithm::HS256, 200, ""},
      {"HS384, exactly long enough", Algorithm::HS384, 48, ""},
      {"HS384, a byte short", Algorithm::HS384, 47, "at least 48"},
      {"HS512, exactly long enough", Algorithm::HS512, 64, ""},
      {"HS512, a byte short", Algorithm::HS512, 63, "at least 64"},
      {"a secret for RS256", Algorithm::RS256, 64, "RS256 takes a key pair"},
      {"a secret for EdDSA", Algorithm::EdDSA, 64, "EdDSA takes a key pair"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string secret(c.bytes, 'q');
    const std::string error = error_of(Key::from_secret(c.algorithm, secret));
    expect_error(error, c.error);
    EXPECT_EQ(error.find("qq"), error.npos) << "the secret stands in the error";
  }
}

TEST(KeyFromPrivatePem, TakesOnlyStrongKeysOfTheAlgorithmsOwnKind) {
  char passphrase[] = "open sesame";
  struct Case {
    const char* name;
    Algorithm algorithm;
    std::string pem;
    const char* error;
  };
  const Case cases[] = {
      {"RSA 2048 for RS256", Algorithm::RS256, private_pem("RSA-2048"), ""},
      {"RSA 2048 for PS512", Algorithm::PS512, private_pem("RSA-2048"), ""},
      {"RSA 1024", Algorithm::RS256, private_pem("RSA-1024"), "1024 bits"},
      {"RSA 2040", Algorithm::RS256, private_pem("RSA-2040"), "2040 bits"},
      {"P-256 for ES256", Algorithm::ES256, private_pem("P-256"), ""},
      {"P-384 for ES384", Algorithm::ES384, private_pem("P-384"), ""},
      {"P-521 for ES512", Algorithm::ES512, private_pem("P-521"), ""},
      {"P-384 for ES256", Algorithm::ES256, private_pem("P-384"), "not on the curve of ES256"},
      {"P-256 for ES512", Algorithm::ES512, private_pem("P-256"), "not on the curve of ES512"},
      {"secp256k1 for ES256", Algorithm::ES256, private_pem("secp256k1"), "not on the curve of ES256"},
      {"P-256 spelt out by its parameters", Algorithm::ES256, test::explicit_curve_pem(), "not on the curve"},
      {"Ed25519 for EdDSA", Algorithm::EdDSA, private_pem("ED25519"), ""},
      {"Ed448 for EdDSA", Algorithm::EdDSA, private_pem("ED448"), "takes one of type ED25519"},
      {"EC for RS256", Algorithm::RS256, private_pem("P-256"), "found a key of type EC"},
      {"RSA for ES256", Algorithm::ES256, private_pem("RSA-2048"), "found a key of type RSA"},
      {"RSA for EdDSA", Algorithm::EdDSA, private_pem("RSA-2048"), "found a key of type RSA"},
      {"RSA for HS256", Algorithm::HS256, private_pem("RSA-2048"), "HS256 takes a secret"},
      {"a public key", Algorithm::RS256, public_pem("RSA-2048"), "no private key found"},
      {"an encrypted key", Algorithm::RS256, private_pem(test::fresh_key("RSA-2048"), passphrase), "is encrypted"},
      {"nothing", Algorithm::RS256, "", "no private key found"},
      {"text", Algorithm::ES256, "not PEM at all", "no private key found"},
      {"a key cut short", Algorithm::RS256, private_pem("RSA-2048").substr(0, 400), "no private key found"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto key = Key::from_private_pem(c.algorithm, c.pem);
    expect_error(error_of(key), c.error);
    if (key) {
      EXPECT_TRUE((*key)->can_sign());
      EXPECT_EQ((*key)->algorithm(), c.algorithm);
    }
  }
}

TEST(KeyFromPublicPem, VerifiesOnly) {
  const auto key = Key::from_public_pem(Algorithm::RS256, public_pem("RSA-2048"));
  ASSERT_TRUE(key.has_value());
  EXPECT_FALSE((*key)->can_sign());
  EXPECT_EQ((*key)->signature_bytes(), 256u);
  expect_error(error_of(Key::from_public_pem(Algorithm::RS256, public_pem("RSA-1024"))), "1024 bits");
  expect_error(error_of(Key::from_public_pem(Algorithm::RS256, private_pem("RSA-2048"))), "no public key found");
  expect_error(error_of(Key::from_public_pem(Algorithm::ES256, public_pem("P-384"))), "not on the curve");
  // The classic confusion: an RSA public key, which everybody has, as the secret of HMAC.
  expect_error(error_of(Key::from_public_pem(Algorithm::HS256, public_pem("RSA-2048"))), "HS256 takes a secret");
}

TEST(Key, SignatureBytesAreWhatTheStandardSays) {
  EXPECT_EQ(test::verifying_key(Algorithm::HS256)->signature_bytes(), 32u);
  EXPECT_EQ(test::verifying_key(Algorithm::HS512)->signature_bytes(), 64u);
  EXPECT_EQ(test::verifying_key(Algorithm::ES256)->signature_bytes(), 64u);
  EXPECT_EQ(test::verifying_key(Algorithm::ES384)->signature_bytes(), 96u);
  EXPECT_EQ(test::verifying_key(Algorithm::ES512)->signature_bytes(), 132u);
  EXPECT_EQ(test::verifying_key(Algorithm::EdDSA)->signature_bytes(), 64u);
  EXPECT_EQ(test::verifying_key(Algorithm::PS384)->signature_bytes(), 256u);
}

std::string number(const char* type, const char* name, int bytes = 0) {
  BIGNUM* value = nullptr;
  EVP_PKEY_get_bn_param(test::fresh_key(type), name, &value);
  const OpensslPointer<BIGNUM> owner{value};
  std::string text(static_cast<std::size_t>(bytes == 0 ? BN_num_bytes(value) : bytes), '\0');
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(text.data()), static_cast<int>(text.size()));
  return text;
}

EcComponents ec_components() {
  return {number("P-256", OSSL_PKEY_PARAM_EC_PUB_X, 32), number("P-256", OSSL_PKEY_PARAM_EC_PUB_Y, 32),
          Secret{number("P-256", OSSL_PKEY_PARAM_PRIV_KEY, 32)}};
}

TEST(KeyFromComponents, TakesOnlyWholePointsOfTheCurve) {
  struct Case {
    const char* name;
    void (*change)(EcComponents&);
    const char* error;
  };
  const Case cases[] = {
      {"private", [](EcComponents&) {}, ""},
      {"public", [](EcComponents& c) { c.d = {}; }, ""},
      {"a point beside the curve", [](EcComponents& c) { c.y[31] ^= 1, c.d = {}; }, "no point on prime256v1"},
      {"x a byte short", [](EcComponents& c) { c.x.pop_back(); }, "not 32 bytes long"},
      {"y with a leading zero", [](EcComponents& c) { c.y.insert(0, 1, '\0'); }, "not 32 bytes long"},
      {"d a byte short", [](EcComponents& c) { c.d = Secret{std::string{c.d.reveal().substr(1)}}; },
       "not 32 bytes long"},
      {"the private half of another key", [](EcComponents& c) { c.d = Secret{std::string(31, '\0') + '\x07'}; },
       "do not fit"},
      {"the point at infinity", [](EcComponents& c) { c.x = c.y = std::string(32, '\0'), c.d = {}; }, "no point"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EcComponents components = ec_components();
    c.change(components);
    expect_error(error_of(Key::from_components(Algorithm::ES256, components)), c.error);
  }
  expect_error(error_of(Key::from_components(Algorithm::ES384, ec_components())), "not 48 bytes long");
  expect_error(error_of(Key::from_components(Algorithm::RS256, ec_components())), "takes no EC key");
}

TEST(KeyFromComponents, RefusesWeakRsaNumbers) {
  const std::string n = number("RSA-2048", OSSL_PKEY_PARAM_RSA_N), f4 = "\x01\x00\x01";
  struct Case {
    const char* name;
    std::string n, e;
    const char* error;
  };
  using namespace std::string_literals;
  const Case cases[] = {
      {"sound", n, "\1\0\1"s, ""},
      {"a leading zero changes no number", "\0"s + n, "\1\0\1"s, ""},
      {"exponent 1", n, "\1"s, "public exponent"},
      {"exponent 2", n, "\2"s, "public exponent"},
      {"exponent 0", n, "\0"s, "public exponent"},
      {"no exponent", n, "", "public exponent"},
      {"an exponent of 72 bits", n, "\1\0\0\0\0\0\0\0\1"s, "public exponent"},
      {"1024 bits", number("RSA-1024", OSSL_PKEY_PARAM_RSA_N), "\1\0\1"s, "1024 bits"},
      {"no modulus", "", "\1\0\1"s, "0 bits"},
      {"8200 bits", "\x81"s + std::string(1024, '\x5b'), "\1\0\1"s, "8200 bits"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const RsaComponents components{.n = c.n, .e = c.e, .d = {}, .p = {}, .q = {}, .dp = {}, .dq = {}, .qi = {}};
    expect_error(error_of(Key::from_components(Algorithm::RS256, components)), c.error);
  }
}

TEST(KeyFromComponents, TakesEd25519OfThirtyTwoBytes) {
  const auto octets = [](const char* name) {
    std::string bytes(32, '\0');
    std::size_t length = 0;
    EVP_PKEY_get_octet_string_param(test::fresh_key("ED25519"), name, reinterpret_cast<unsigned char*>(bytes.data()),
                                    bytes.size(), &length);
    return bytes;
  };
  const std::string x = octets(OSSL_PKEY_PARAM_PUB_KEY), d = octets(OSSL_PKEY_PARAM_PRIV_KEY);
  EXPECT_EQ(error_of(Key::from_components(Algorithm::EdDSA, Ed25519Components{x, {}})), "");
  EXPECT_EQ(error_of(Key::from_components(Algorithm::EdDSA, Ed25519Components{x, Secret{d}})), "");
  expect_error(error_of(Key::from_components(Algorithm::EdDSA, Ed25519Components{x.substr(1), {}})), "no Ed25519 key");
  expect_error(error_of(Key::from_components(Algorithm::EdDSA, Ed25519Components{"", {}})), "no Ed25519 key");
  const std::string other(32, '\x09');
  expect_error(error_of(Key::from_components(Algorithm::EdDSA, Ed25519Components{x, Secret{other}})), "do");
  expect_error(error_of(Key::from_components(Algorithm::ES256, Ed25519Components{x, {}})),
               "found a key of type ED25519");
}

}  // namespace
}  // namespace bearward::crypto
