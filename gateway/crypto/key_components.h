#pragma once

#include <string>

#include "base/secret.h"

namespace bearward::crypto {

/// The numbers of a key as a JWK carries them (RFC 7518 §6): big-endian bytes, not base64url. The
/// private members are empty in a public key.
struct RsaComponents {
  std::string n, e;
  Secret d, p, q, dp, dq, qi;  // `d` alone, or all six
};

struct EcComponents {
  std::string x, y;  // each exactly as long as the curve's field (§6.2.1.2)
  Secret d;
};

/// RFC 8037 §2.
struct Ed25519Components {
  std::string x;
  Secret d;
};

}  // namespace bearward::crypto
