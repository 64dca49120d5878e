#pragma once

#include <chrono>
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

struct Tokens {
  std::string issuer;    // `iss` written, and required when set
  std::string audience;  // `aud` written, and required when set
  std::chrono::seconds access_ttl{30 * 60};
  std::chrono::seconds leeway{30};
  std::vector<SigningKey> signing_keys;  // the first signs, all verify
  std::vector<TrustedIssuer> trusted_issuers;
  Place place;
};

}  // namespace bearward::config
