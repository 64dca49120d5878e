#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/algorithm.h"
#include "token/jwk.h"

namespace bearward::token {

/// What of a trusted issuer's key set its tokens may be verified with.
struct IssuerKeys {
  std::vector<NamedKey> keys;       // may be none: an issuer may withdraw them all
  std::vector<std::string> unused;  // why each other signature key is not used, for the operator
};

/// Reads the key set that an issuer publishes. Used are public keys for one of `algorithms` (which are
/// asymmetric); an RSA key that names no algorithm is used for each RSA algorithm among them, as several
/// providers publish theirs so. Not used: secrets, keys whose private half is published too, whatever
/// crypto::Key refuses. Keys for encryption are passed over in silence. The error is parse_jwk_set's.
Result<IssuerKeys, JwkError> read_issuer_keys(std::string_view jwks, std::span<const crypto::Algorithm> algorithms);

/// Of the names that the configuration has; it knows no others.
std::vector<crypto::Algorithm> algorithms_named(std::span<const std::string> names);

}  // namespace bearward::token
