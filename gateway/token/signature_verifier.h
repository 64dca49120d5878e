#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/verifier.h"
#include "token/jws.h"
#include "token/key_set.h"

namespace bearward::token {

/// Judges the signature of tokens against the keys of one issuer, claims unread. One worker's.
///
/// `kid` picks the key; a token without one is tried against every key of its algorithm, at most
/// `max_tries`, so that a forged one cannot cost more. The algorithm is the key's: one whose `alg` says
/// another is refused without a try (RFC 8725 §3.1). Of two keys with one `kid` (an RSA key that names no
/// algorithm, token/issuer_keys.h) the one of the token's algorithm is picked.
class SignatureVerifier {
 public:
  static constexpr std::size_t max_tries = 4;

  explicit SignatureVerifier(std::span<const NamedKey> keys);

  /// The payload, decoded, once its signature is found good: whoever holds it cannot have skipped the
  /// check. Errors: `unknown_key`, `wrong_algorithm`, `malformed` (a part is not base64url), `bad_signature`.
  Result<std::string, TokenError> verify(const CompactJws& jws, const JoseHeader& header);

 private:
  struct Entry {
    std::string kid;
    crypto::Algorithm algorithm;
    std::unique_ptr<crypto::Verifier> verifier;
  };
  Result<void, TokenError> verify_by_kid(const CompactJws& jws, const JoseHeader& header, std::string_view signature);
  Result<void, TokenError> try_all(const CompactJws& jws, const JoseHeader& header, std::string_view signature);

  std::vector<Entry> entries_;
};

}  // namespace bearward::token
