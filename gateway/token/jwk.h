#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/key.h"
#include "token/key_set.h"

namespace bearward::token {

/// What is wrong with a JWK or a set, without a byte of a key.
struct JwkError {
  std::string message;
  bool other_purpose = false;  // it is no signature key, and says so: nothing is wrong with it
  std::size_t number = 0;      // of a key of a set: the how manyth, from 1
};

/// Reads a signature key (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2): `oct`, `RSA`, `EC` or `OKP` with
/// Ed25519, public or private. Its algorithm is its `alg`; without one the curve's, and for RSA
/// `rsa_algorithm` (several providers publish RSA keys without it). Refused: a `use` other than `sig`, `key_ops`
/// without `sign` or `verify`, an `alg` that does not fit `kty` or `crv`, and whatever crypto::Key refuses.
Result<NamedKey, JwkError> parse_jwk(const boost::json::object& jwk,
                                     crypto::Algorithm rsa_algorithm = crypto::Algorithm::RS256);

/// What an RSA key that names no algorithm is for, unless the caller says otherwise.
inline constexpr crypto::Algorithm usual_rsa_algorithm[] = {crypto::Algorithm::RS256};

struct JwkSet {
  std::vector<NamedKey> keys;
  std::vector<JwkError> skipped;  // why each of the others was left out (RFC 7517 §5: they are ignored)
};

/// Reads a JWK set of at most 64 keys and 256 KiB. Refused as a whole: no strict JSON, no `keys` list, a
/// `kid` twice, and secrets side by side with public keys: nobody may know both. An RSA key that names no
/// algorithm becomes a key for each of `rsa_algorithms`, under one `kid`.
Result<JwkSet, JwkError> parse_jwk_set(std::string_view json,
                                       std::span<const crypto::Algorithm> rsa_algorithms = usual_rsa_algorithm);

}  // namespace bearward::token
