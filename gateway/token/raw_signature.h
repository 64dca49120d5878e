#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "token/token_error.h"

namespace bearward::token {

/// Why a signature was not found good.
struct RawRefusal {
  TokenError error = TokenError::malformed;
  std::string detail{};     // what was wrong with the keys; may be empty
  bool unreadable = false;  // the key set is none at all: nothing was judged
};

/// Judges the signature of a token alone, against any key set or single key (RFC 7517), shared secrets and
/// private keys included, by what serves requests: split_compact, parse_header, SignatureVerifier. A key that
/// names no algorithm serves for each one of its `kty`; which of them, the token may then say. The payload,
/// any bytes, once the signature is good.
Result<std::string, RawRefusal> verify_signature_alone(std::string_view token, std::string_view key_set);

}  // namespace bearward::token
