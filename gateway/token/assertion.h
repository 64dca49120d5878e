#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/time.h"
#include "identity/principal.h"
#include "token/key_set.h"

namespace bearward::token {

/// `typ` of an assertion. No access token's, so that nobody who gets hold of one can present it at the gateway.
inline constexpr std::string_view assertion_type = "bearward-assertion+jwt";

/// Signs what upstreams are told of a caller, for those that verify it by the gateway's public keys.
/// Immutable, for any thread; with an RSA key it takes about a millisecond.
class AssertionSigner {
 public:
  AssertionSigner(const NamedKey& key, std::string issuer);

  /// Claims: `iss` where one is configured, `aud`, `sub` (the user's name, or the token's subject where it
  /// names no user), `email`, `name`, `roles`, `scope`, `client_id` as far as they are known, `iat`, `exp`,
  /// `jti`. The principal is not anonymous.
  std::string sign(const identity::Principal& principal, std::string_view audience, std::chrono::seconds ttl,
                   UnixTime now) const;

 private:
  crypto::Key::Pointer key_;
  std::string header_part_;
  std::string issuer_;
};

/// With the first of the signing keys that has a public half; null when there is none.
std::shared_ptr<const AssertionSigner> make_assertion_signer(const KeySet& keys, const std::string& issuer);

}  // namespace bearward::token
