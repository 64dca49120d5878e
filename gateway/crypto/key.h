#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/algorithm.h"
#include "crypto/key_components.h"
#include "crypto/openssl.h"

namespace bearward::crypto {

/// What is wrong with a key and what to do: lower case, no full stop, never a byte of the key.
struct KeyError {
  std::string message;
};

/// A key for exactly one algorithm, as RFC 8725 §3.1 wants it. Immutable, shared between threads.
///
/// Nothing weak becomes a Key: HMAC secrets as long as the hash (RFC 7518 §3.2); RSA of 2048 to 8192
/// bits (§3.3; above, one forged token costs milliseconds) with an odd exponent from 3 to 64 bits and
/// no ROCA fingerprint (CVE-2017-15361); for ES* the algorithm's own named curve and a point on it;
/// for EdDSA Ed25519. A private key must fit its public half.
class Key {
 public:
  using Pointer = std::shared_ptr<const Key>;

  /// HS256, HS384, HS512.
  static Result<Pointer, KeyError> from_secret(Algorithm algorithm, std::string_view secret);
  /// The others; PKCS #8, PKCS #1 or SEC 1. Never asks for a passphrase: an encrypted key is an error.
  static Result<Pointer, KeyError> from_private_pem(Algorithm algorithm, std::string_view pem);
  /// SubjectPublicKeyInfo (`BEGIN PUBLIC KEY`). Such a key verifies only.
  static Result<Pointer, KeyError> from_public_pem(Algorithm algorithm, std::string_view pem);
  static Result<Pointer, KeyError> from_components(Algorithm algorithm, const RsaComponents& components);
  static Result<Pointer, KeyError> from_components(Algorithm algorithm, const EcComponents& components);
  static Result<Pointer, KeyError> from_components(Algorithm algorithm, const Ed25519Components& components);

  Algorithm algorithm() const { return algorithm_; }
  /// Whether the secret or the private half is here.
  bool can_sign() const { return can_sign_; }
  /// Bytes of every signature this key makes; no other length can verify.
  std::size_t signature_bytes() const { return signature_bytes_; }

  /// For crypto/ alone: null for HS*.
  EVP_PKEY* handle() const { return handle_.get(); }
  /// For crypto/ alone: empty but for HS*.
  const Secret& secret() const { return secret_; }

 private:
  Key(Algorithm algorithm, Secret secret);
  Key(Algorithm algorithm, PkeyPointer handle, bool can_sign);
  static Result<Pointer, KeyError> checked(Algorithm algorithm, PkeyPointer handle, bool is_private);

  Algorithm algorithm_;
  bool can_sign_;
  std::size_t signature_bytes_;
  PkeyPointer handle_;
  Secret secret_;
};

}  // namespace bearward::crypto
