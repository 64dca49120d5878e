#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "snapshot/snapshot.h"
#include "token/access_token.h"

namespace bearward::endpoint {

/// Verifies access tokens that this gateway itself has issued, for the endpoints that end and describe them. Tokens
/// of trusted issuers are theirs to say something of. One a worker, as AccessTokenVerifier is.
class OwnTokenVerifier {
 public:
  /// Null for every other token, whatever is wrong with it.
  std::shared_ptr<const identity::TokenClaims> verify(std::string_view token, UnixTime now,
                                                      const snapshot::Snapshot& snapshot);

 private:
  std::shared_ptr<const token::KeySet> keys_;
  std::optional<token::AccessTokenVerifier> verifier_;
};

}  // namespace bearward::endpoint
