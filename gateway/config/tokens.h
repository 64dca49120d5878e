#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/secret.h"
#include "config/place.h"
#include "config/trusted_issuers.h"

namespace bearward::config {

struct SigningKey {
  std::string kid;
  std::string algorithm;    // HS256, RS256, ES256 or EdDSA, ...: a JWS `alg` (RFC 7518 §3.1, RFC 8037)
  Secret secret;            // HS*: the shared secret
  std::string private_key;  // otherwise: PEM, absolute path
  Secret private_key_pem;   // its content, read by the loader
  Place place;
};

/// Are tokens bound to the certificate that the client shows at the token endpoint (RFC 8705 §3)? In the order of the
/// key's choices.
enum class CertificateBound : std::uint8_t { never, optional, required };

struct Tokens {
  std::string issuer;    // `iss` written, and required when set
  std::string audience;  // `aud` written, and required when set
  std::chrono::seconds access_ttl{30 * 60};
  std::chrono::seconds refresh_ttl{14 * 24 * 60 * 60};  // 0: no refresh tokens
  std::chrono::milliseconds refresh_grace{0};           // how long a used one may be used again
  std::chrono::seconds leeway{30};
  CertificateBound certificate_bound = CertificateBound::never;
  std::vector<SigningKey> signing_keys;  // the first signs, all verify
  std::vector<TrustedIssuer> trusted_issuers;
  Place place;
};

}  // namespace bearward::config
