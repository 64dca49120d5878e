#pragma once

#include "base/secret.h"
#include "crypto/algorithm.h"

namespace bearward::crypto {

/// A new key for `algorithm` as the configuration takes it: for HS* a text of base64url that holds as many
/// random bytes as the hash has; for the others PKCS #8 in PEM, RSA of 3072 bits (128 bits of strength, as the
/// others have). Throws std::runtime_error without random bytes.
Secret generate_key(Algorithm algorithm);

}  // namespace bearward::crypto
