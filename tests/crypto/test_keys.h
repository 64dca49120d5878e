#pragma once

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <map>
#include <stdexcept>
#include <string>

#include "crypto/key.h"

namespace bearward::test {

/// A fresh key of a type such as "RSA-2048", "P-256", "secp256k1" or "ED25519". The same type gives the
/// same key throughout a run: making an RSA key takes a tenth of a second.
inline EVP_PKEY* fresh_key(const std::string& type) {
  static std::map<std::string, crypto::PkeyPointer> made;
  crypto::PkeyPointer& key = made[type];
  if (key == nullptr && type.starts_with("RSA-"))
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(std::stoul(type.substr(4)))));
  else if (key == nullptr && type.starts_with("ED"))
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, type.c_str()));
  else if (key == nullptr)
    key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", type.c_str()));
  if (key == nullptr) throw std::runtime_error("no test key of type " + type);
  return key.get();
}

inline std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(length)};
}

inline std::string private_pem(EVP_PKEY* key, char* passphrase = nullptr) {
  const crypto::OpensslPointer<BIO> bio{BIO_new(BIO_s_mem())};
  const EVP_CIPHER* cipher = passphrase != nullptr ? EVP_aes_128_cbc() : nullptr;
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key, cipher, nullptr, 0, nullptr, passphrase) != 1)
    throw std::runtime_error("no PEM");
  return text_of(bio.get());
}

inline std::string private_pem(const std::string& type) { return private_pem(fresh_key(type)); }

inline std::string public_pem(const std::string& type) {
  const crypto::OpensslPointer<BIO> bio{BIO_new(BIO_s_mem())};
  if (PEM_write_bio_PUBKEY(bio.get(), fresh_key(type)) != 1) throw std::runtime_error("no PEM");
  return text_of(bio.get());
}

/// P-256 with all its parameters written out instead of its name.
inline std::string explicit_curve_pem() {
  const crypto::OpensslPointer<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr)};
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context.get());
  EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context.get(), NID_X9_62_prime256v1);
  EVP_PKEY_CTX_set_ec_param_enc(context.get(), OPENSSL_EC_EXPLICIT_CURVE);
  if (EVP_PKEY_generate(context.get(), &key) != 1) throw std::runtime_error("no explicit curve");
  const crypto::PkeyPointer owner{key};
  return private_pem(key);
}

inline std::string key_type_for(crypto::Algorithm algorithm) {
  switch (crypto::family_of(algorithm)) {
    case crypto::KeyFamily::rsa:
      return "RSA-2048";
    case crypto::KeyFamily::ec:
      return crypto::curve_name(algorithm);
    case crypto::KeyFamily::ed25519:
      return "ED25519";
    case crypto::KeyFamily::hmac:
      break;
  }
  return {};
}

inline constexpr char long_secret[] = "a secret for tests alone, longer than the sixty-four bytes of SHA-512";

/// A key that can sign.
inline crypto::Key::Pointer signing_key(crypto::Algorithm algorithm) {
  if (crypto::family_of(algorithm) == crypto::KeyFamily::hmac)
    return crypto::Key::from_secret(algorithm, long_secret).value();
  return crypto::Key::from_private_pem(algorithm, private_pem(key_type_for(algorithm))).value();
}

/// Its public half; for HS* the same secret.
inline crypto::Key::Pointer verifying_key(crypto::Algorithm algorithm) {
  if (crypto::family_of(algorithm) == crypto::KeyFamily::hmac) return signing_key(algorithm);
  return crypto::Key::from_public_pem(algorithm, public_pem(key_type_for(algorithm))).value();
}

inline constexpr crypto::Algorithm all_algorithms[] = {
    crypto::Algorithm::HS256, crypto::Algorithm::HS384, crypto::Algorithm::HS512, crypto::Algorithm::RS256,
    crypto::Algorithm::RS384, crypto::Algorithm::RS512, crypto::Algorithm::PS256, crypto::Algorithm::PS384,
    crypto::Algorithm::PS512, crypto::Algorithm::ES256, crypto::Algorithm::ES384, crypto::Algorithm::ES512,
    crypto::Algorithm::EdDSA,
};

}  // namespace bearward::test
