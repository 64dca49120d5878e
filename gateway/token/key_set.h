#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "config/tokens.h"
#include "crypto/key.h"
#include "token/claims.h"
#include "token/described_user.h"

namespace bearward::token {

struct NamedKey {
  std::string kid;  // empty: only tokens without `kid` are tried against it
  crypto::Key::Pointer key;
};

/// One source of tokens: ourselves, or a trusted issuer. Its name is `expected.issuer`.
struct Issuer {
  Expectation expected;
  std::string username_claim = "sub";
  std::vector<NamedKey> keys;
  std::optional<UserMapping> mapping{};  // of a trusted issuer; this gateway's own tokens name local users
  bool awaits_keys = false;              // they are fetched, and none have come since the start
};

/// Everything that a token may be verified with. Immutable; workers share it, and each makes
/// AccessTokenVerifiers of its own from it.
struct KeySet {
  std::vector<Issuer> issuers;  // the first is this gateway
  std::size_t signing_key = 0;  // index into issuers[0].keys: what new tokens are signed with

  const NamedKey& signing() const { return issuers.front().keys.at(signing_key); }
  /// The issuer that answers for tokens with this `iss`: the one of that name, else the one that expects
  /// no name; null when there is neither.
  const Issuer* issuer_of(std::string_view iss) const;
};

/// The keys of `tokens.signing_keys`, then those of `tokens.trusted_issuers`: of a file the keys in it, of an
/// URL none yet. Null when one of ours, or all of a file's, cannot be used: then `diagnostics` says which and
/// why, for all of them at once.
std::shared_ptr<const KeySet> build_key_set(const config::Tokens& tokens, config::Diagnostics& diagnostics);

}  // namespace bearward::token
