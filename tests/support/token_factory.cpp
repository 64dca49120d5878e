#include "support/token_factory.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <stdexcept>
#include <vector>

namespace bearward::testing {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string content_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

const EVP_MD* digest_of(std::string_view algorithm) {
  if (algorithm.ends_with("512")) return EVP_sha512();
  return algorithm.ends_with("384") ? EVP_sha384() : EVP_sha256();
}

std::string sign_hmac(const std::string& secret, std::string_view algorithm, std::string_view input) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(digest_of(algorithm), secret.data(), static_cast<int>(secret.size()), bytes_of(input), input.size(), mac.data(),
       &size);
  return {reinterpret_cast<const char*>(mac.data()), size};
}

/// OpenSSL gives DER; a JWS has r and s side by side (RFC 7518 §3.4).
std::string from_der(const std::string& der, EVP_PKEY* key) {
  const unsigned char* data = bytes_of(der);
  const std::unique_ptr<ECDSA_SIG, Free> signature(d2i_ECDSA_SIG(nullptr, &data, static_cast<long>(der.size())));
  const int size = (EVP_PKEY_get_bits(key) + 7) / 8;
  std::vector<unsigned char> both(static_cast<std::size_t>(size) * 2);
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), both.data(), size);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), both.data() + size, size);
  return {both.begin(), both.end()};
}

/// Big-endian, of `bytes` bytes; 0: as many as it needs.
std::string number_of(EVP_PKEY* key, const char* parameter, int bytes) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, parameter, &number);
  std::vector<unsigned char> text(static_cast<std::size_t>(bytes == 0 ? BN_num_bytes(number) : bytes));
  BN_bn2binpad(number, text.data(), static_cast<int>(text.size()));
  BN_free(number);
  return {text.begin(), text.end()};
}

}  // namespace

TestKey::TestKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

TestKey TestKey::hmac(std::string secret) {
  TestKey key(nullptr);
  key.secret_ = std::move(secret);
  return key;
}
TestKey TestKey::rsa(unsigned bits) { return TestKey(EVP_RSA_gen(bits)); }
TestKey TestKey::ec(const char* curve) { return TestKey(EVP_EC_gen(curve)); }
TestKey TestKey::ed25519() { return TestKey(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")); }

std::string TestKey::private_pem() const {
  const std::unique_ptr<BIO, Free> text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(text.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return content_of(text.get());
}

std::string TestKey::public_pem() const {
  const std::unique_ptr<BIO, Free> text(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(text.get(), key_.get());
  return content_of(text.get());
}

std::string TestKey::jwk(std::string_view kid, std::string_view algorithm) const {
  boost::json::object jwk{{"kid", kid}, {"use", "sig"}};
  if (!algorithm.empty()) jwk["alg"] = algorithm;
  if (EVP_PKEY_is_a(key_.get(), "RSA") == 1) {
    jwk["kty"] = "RSA";
    jwk["n"] = base64url(number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N, 0));
    jwk["e"] = base64url(number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E, 0));
  } else if (EVP_PKEY_is_a(key_.get(), "EC") == 1) {
    const int bits = EVP_PKEY_get_bits(key_.get());
    jwk["kty"] = "EC";
    jwk["crv"] = "P-" + std::to_string(bits);
    jwk["x"] = base64url(number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, (bits + 7) / 8));
    jwk["y"] = base64url(number_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, (bits + 7) / 8));
  } else {
    std::array<unsigned char, 32> raw{};
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size);
    jwk["kty"] = "OKP";
    jwk["crv"] = "Ed25519";
    jwk["x"] = base64url({reinterpret_cast<const char*>(raw.data()), size});
  }
  return boost::json::serialize(jwk);
}

std::string TestKey::sign(std::string_view algorithm, std::string_view input) const {
  if (algorithm == "none") return {};
  if (!key_) return sign_hmac(secret_, algorithm, input);
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;
  const EVP_MD* digest = algorithm == "EdDSA" ? nullptr : digest_of(algorithm);
  bool ok = EVP_DigestSignInit(context.get(), &parameters, digest, nullptr, key_.get()) == 1;
  if (ok && algorithm.starts_with("PS")) {
    ok = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  std::size_t size = 0;
  ok = ok && EVP_DigestSign(context.get(), nullptr, &size, bytes_of(input), input.size()) == 1;
  std::string signature(size, '\0');
  ok = ok && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(input),
                            input.size()) == 1;
  if (!ok) throw std::runtime_error("this key does not sign " + std::string(algorithm));
  signature.resize(size);
  return algorithm.starts_with("ES") ? from_der(signature, key_.get()) : signature;
}

std::string base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : bytes) {
    held = held << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += alphabet[held >> (bits - 6) & 63U];
  }
  if (bits > 0) text += alphabet[held << (6 - bits) & 63U];
  return text;
}

std::string base64url_decoded(std::string_view text) {
  std::string bytes;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t value = alphabet.find(c);
    if (value == alphabet.npos) break;
    held = held << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(held >> bits & 0xFF);
  }
  return bytes;
}

std::string jwks(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
  return R"({"keys":[)" + text + "]}";
}

std::int64_t TokenFactory::now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

boost::json::object TokenFactory::claims(std::string_view username) {
  return {{"iss", "https://gateway.test"},
          {"aud", "legacy-apis"},
          {"sub", username},
          {"iat", now()},
          {"exp", now() + 1800}};
}

boost::json::object TokenFactory::header() const {
  boost::json::object header{{"alg", algorithm_}, {"typ", "at+jwt"}};
  if (!kid_.empty()) header["kid"] = kid_;
  return header;
}

std::string TokenFactory::token(const boost::json::object& header, const boost::json::object& claims) const {
  return token_of(boost::json::serialize(header), boost::json::serialize(claims));
}

std::string TokenFactory::token_of(std::string_view header, std::string_view claims) const {
  const std::string input = base64url(header) + "." + base64url(claims);
  return input + "." + base64url(key_.sign(algorithm_, input));
}

}  // namespace bearward::testing
