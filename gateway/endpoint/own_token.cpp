#include "endpoint/own_token.h"

namespace bearward::endpoint {

std::shared_ptr<const identity::TokenClaims> OwnTokenVerifier::verify(std::string_view token, UnixTime now,
                                                                      const snapshot::Snapshot& snapshot) {
  if (keys_ != snapshot.keys) {
    keys_ = snapshot.keys;
    verifier_.emplace(keys_);
  }
  auto claims = verifier_->verify(token, now);
  if (!claims || keys_->issuer_of((*claims)->issuer) != &keys_->issuers.front()) return nullptr;
  return *std::move(claims);
}

}  // namespace bearward::endpoint
