#include "crypto/key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

#include "crypto/key_import.h"
#include "crypto/rsa_strength.h"

namespace bearward::crypto {
namespace {

std::unexpected<KeyError> refuse(std::string message) {
  forget_openssl_errors();
  return std::unexpected(KeyError{std::move(message)});
}

std::string name_of(Algorithm algorithm) { return std::string{to_string(algorithm)}; }

const char* openssl_type(KeyFamily family) {
  switch (family) {
    case KeyFamily::rsa:
      return "RSA";
    case KeyFamily::ec:
      return "EC";
    case KeyFamily::ed25519:
      return "ED25519";
    case KeyFamily::hmac:
      break;
  }
  return nullptr;
}

// OpenSSL would otherwise ask for a passphrase on the terminal.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

OpensslPointer<BIO> reader_of(std::string_view pem) {
  OpensslPointer<BIO> reader{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  require(reader != nullptr, "a buffer");
  return reader;
}

std::optional<std::string> curve_mismatch(Algorithm algorithm, const EVP_PKEY* key) {
  char curve[64] = "";
  std::size_t length = 0;
  int explicit_parameters = 0;
  // A curve that is spelt out instead of named may have a base point of the attacker's (CVE-2020-0601).
  EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &explicit_parameters);
  if (explicit_parameters == 0 && EVP_PKEY_get_group_name(key, curve, sizeof curve, &length) == 1 &&
      std::string_view{curve} == curve_name(algorithm))
    return std::nullopt;
  return "the EC key is not on the curve of " + name_of(algorithm) + "; use one on " + curve_name(algorithm);
}

std::optional<std::string> weakness(Algorithm algorithm, const EVP_PKEY* key) {
  const char* type = openssl_type(family_of(algorithm));
  if (type == nullptr) return name_of(algorithm) + " takes a secret, not a key pair";
  if (EVP_PKEY_is_a(key, type) != 1) {
    const char* found = EVP_PKEY_get0_type_name(key);
    return std::string{"found a key of type "} + (found != nullptr ? found : "unknown") + ", but " +
           name_of(algorithm) + " takes one of type " + type;
  }
  if (family_of(algorithm) == KeyFamily::rsa) return rsa_weakness(key);
  if (family_of(algorithm) == KeyFamily::ec) return curve_mismatch(algorithm, key);
  return std::nullopt;
}

bool is_sound(EVP_PKEY* key, bool is_private) {
  const OpensslPointer<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr)};
  require(context != nullptr, "a key's check");
  return EVP_PKEY_public_check(context.get()) == 1 && (!is_private || EVP_PKEY_pairwise_check(context.get()) == 1);
}

std::size_t signature_size(Algorithm algorithm, const EVP_PKEY* key) {
  if (family_of(algorithm) == KeyFamily::ec) return 2 * coordinate_bytes(algorithm);
  return static_cast<std::size_t>(EVP_PKEY_get_size(key));  // RSA: of the modulus; Ed25519: 64
}

}  // namespace

Key::Key(Algorithm algorithm, Secret secret)
    : algorithm_(algorithm), can_sign_(true), signature_bytes_(digest_bytes(algorithm)), secret_(std::move(secret)) {}

Key::Key(Algorithm algorithm, PkeyPointer handle, bool can_sign)
    : algorithm_(algorithm),
      can_sign_(can_sign),
      signature_bytes_(signature_size(algorithm, handle.get())),
      handle_(std::move(handle)) {}

Result<Key::Pointer, KeyError> Key::checked(Algorithm algorithm, PkeyPointer handle, bool is_private) {
  if (auto found = weakness(algorithm, handle.get())) return refuse(*std::move(found));
  if (!is_sound(handle.get(), is_private))
    return refuse(is_private ? "the key is damaged: its private and public halves do not fit"
                             : "the key is damaged: its numbers are no key");
  forget_openssl_errors();
  return Pointer{new Key{algorithm, std::move(handle), is_private}};
}

Result<Key::Pointer, KeyError> Key::from_secret(Algorithm algorithm, std::string_view secret) {
  if (family_of(algorithm) != KeyFamily::hmac) return refuse(name_of(algorithm) + " takes a key pair, not a secret");
  // RFC 7518 §3.2. A short secret can be found offline from a single token.
  if (secret.size() < digest_bytes(algorithm))
    return refuse("the secret has " + std::to_string(secret.size()) + " bytes; " + name_of(algorithm) +
                  " needs at least " + std::to_string(digest_bytes(algorithm)) + ", random ones");
  return Pointer{new Key{algorithm, Secret{std::string{secret}}}};
}

Result<Key::Pointer, KeyError> Key::from_private_pem(Algorithm algorithm, std::string_view pem) {
  const auto reader = reader_of(pem);
  bool asked = false;
  PkeyPointer handle{PEM_read_bio_PrivateKey(reader.get(), nullptr, no_passphrase, &asked)};
  if (handle == nullptr)
    return refuse(asked ? "the private key is encrypted; give it without a passphrase, readable by the gateway alone"
                        : "no private key found; expected PEM, BEGIN PRIVATE KEY");
  return checked(algorithm, std::move(handle), true);
}

Result<Key::Pointer, KeyError> Key::from_public_pem(Algorithm algorithm, std::string_view pem) {
  const auto reader = reader_of(pem);
  bool asked = false;
  PkeyPointer handle{PEM_read_bio_PUBKEY(reader.get(), nullptr, no_passphrase, &asked)};
  if (handle == nullptr) return refuse("no public key found; expected PEM, BEGIN PUBLIC KEY");
  return checked(algorithm, std::move(handle), false);
}

Result<Key::Pointer, KeyError> Key::from_components(Algorithm algorithm, const RsaComponents& components) {
  auto handle = import_rsa(components);
  if (handle == nullptr) return refuse("the numbers are no RSA key");
  return checked(algorithm, std::move(handle), !components.d.empty());
}

Result<Key::Pointer, KeyError> Key::from_components(Algorithm algorithm, const EcComponents& components) {
  if (family_of(algorithm) != KeyFamily::ec) return refuse(name_of(algorithm) + " takes no EC key");
  // RFC 7518 §6.2.1.2 and §6.2.2.1: leading zeros are written out.
  const std::size_t length = coordinate_bytes(algorithm);
  if (components.x.size() != length || components.y.size() != length ||
      (!components.d.empty() && components.d.reveal().size() != length))
    return refuse("a coordinate of the EC key is not " + std::to_string(length) + " bytes long");
  auto handle = import_ec(curve_name(algorithm), components);
  if (handle == nullptr) return refuse("the numbers are no point on " + std::string{curve_name(algorithm)});
  return checked(algorithm, std::move(handle), !components.d.empty());
}

Result<Key::Pointer, KeyError> Key::from_components(Algorithm algorithm, const Ed25519Components& components) {
  auto handle = import_ed25519(components);
  if (handle == nullptr) return refuse("the bytes are no Ed25519 key");
  return checked(algorithm, std::move(handle), !components.d.empty());
}

}  // namespace bearward::crypto
