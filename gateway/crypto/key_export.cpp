#include "crypto/key_export.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <stdexcept>

namespace bearward::crypto {
namespace {

/// Big-endian, with leading zeros up to `bytes`; 0: none (RFC 7518 §2, Base64urlUInt).
std::string number(const EVP_PKEY* key, const char* name, std::size_t bytes = 0) {
  BIGNUM* found = nullptr;
  require(EVP_PKEY_get_bn_param(key, name, &found) == 1, "a number of a key");
  const OpensslPointer<BIGNUM> value{found};
  std::string text(bytes != 0 ? bytes : static_cast<std::size_t>(BN_num_bytes(value.get())), '\0');
  auto* const out = reinterpret_cast<unsigned char*>(text.data());
  require(BN_bn2binpad(value.get(), out, static_cast<int>(text.size())) >= 0, "a number of a key");
  return text;
}

std::string raw_public_key(const EVP_PKEY* key) {
  std::string text(32, '\0');
  std::size_t size = text.size();
  require(EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(text.data()), &size) == 1, "a public key");
  text.resize(size);
  return text;
}

}  // namespace

PublicComponents public_components(const Key& key) {
  const EVP_PKEY* const handle = key.handle();
  switch (family_of(key.algorithm())) {
    case KeyFamily::rsa: {
      RsaComponents rsa;
      rsa.n = number(handle, OSSL_PKEY_PARAM_RSA_N);
      rsa.e = number(handle, OSSL_PKEY_PARAM_RSA_E);
      return rsa;
    }
    case KeyFamily::ec: {
      const std::size_t bytes = coordinate_bytes(key.algorithm());
      EcComponents ec;
      ec.x = number(handle, OSSL_PKEY_PARAM_EC_PUB_X, bytes);
      ec.y = number(handle, OSSL_PKEY_PARAM_EC_PUB_Y, bytes);
      return ec;
    }
    case KeyFamily::ed25519: {
      Ed25519Components okp;
      okp.x = raw_public_key(handle);
      return okp;
    }
    case KeyFamily::hmac:
      break;
  }
  throw std::invalid_argument("a shared secret has no public half");
}

std::string strength_of(const Key& key) {
  switch (family_of(key.algorithm())) {
    case KeyFamily::rsa:
      return "RSA, " + std::to_string(EVP_PKEY_get_bits(key.handle())) + " bits";
    case KeyFamily::ec:
    case KeyFamily::ed25519:
      return std::string{jwk_curve_name(key.algorithm())};
    case KeyFamily::hmac:
      break;
  }
  return std::to_string(key.secret().reveal().size()) + " bytes";
}

}  // namespace bearward::crypto
