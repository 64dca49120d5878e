#pragma once

#include <optional>
#include <string_view>

#include "async/coarse_timer.h"
#include "base/result.h"
#include "http/head.h"
#include "identity/principal.h"
#include "issuer/trusted_issuers.h"
#include "pipeline/key_wait.h"
#include "pipeline/rejection.h"
#include "policy/access.h"
#include "store/cached_user_store.h"
#include "token/access_token.h"
#include "token/token_cache.h"

namespace bearward::pipeline {

/// Finds out who asks (RFC 6750): the bearer token, then the live user row that it names, or whom a trusted
/// issuer's token describes. One a worker, one thread.
class Authenticator {
 public:
  Authenticator(Executor executor, store::CachedUserStore& users, const async::CoarseTimer& timer,
                issuer::TrustedIssuers& trusted_issuers)
      : users_(users),
        timer_(timer),
        cache_(token::VerifiedTokenCache::Limits{}),
        key_wait_(executor, [&trusted_issuers](std::string_view name) { return trusted_issuers.ask_for_keys(name); }) {}

  /// From now on tokens are verified with `keys`; what was verified with others is forgotten. Who waits for
  /// keys looks again, also where these are the same.
  void use_keys(std::shared_ptr<const token::KeySet> keys);

  /// While `overloaded` a signature that is not known to be good is not looked at: the request is refused (503).
  void set_overloaded(bool overloaded) { overloaded_ = overloaded; }

  using Certificate = std::shared_ptr<const crypto::ClientCertificate>;

  /// Somebody, or why not. `certificate` is what the client showed in the TLS handshake; null: nothing. Where a token
  /// is optional, no token or a bad one is nobody, and only what cannot be decided now is refused.
  Task<Result<identity::Principal, Rejection>> authenticate(const http::RequestHead& head, policy::TokenNeed need,
                                                            Certificate certificate);

 private:
  using Claims = std::shared_ptr<const identity::TokenClaims>;

  Result<Claims, Rejection> verify(std::string_view token, UnixTime now);
  /// `token` names a key that nobody knows: true when it is worth another look.
  Task<bool> wait_for_key_of(std::string_view token);
  /// Null for a client that acts for itself.
  Task<Result<std::shared_ptr<const identity::User>, Rejection>> find_user(const Claims& claims);

  store::CachedUserStore& users_;
  const async::CoarseTimer& timer_;
  token::VerifiedTokenCache cache_;
  std::shared_ptr<const token::KeySet> keys_;
  std::optional<token::AccessTokenVerifier> verifier_;
  KeyWait key_wait_;
  bool overloaded_ = false;
};

/// The bearer token of a request: exactly one credential, in the Authorization field alone (RFC 6750
/// §2.1); its characters are not looked at yet. An empty view: none was sent, or one of another scheme.
Result<std::string_view, Rejection> find_bearer_token(http::Fields fields);

}  // namespace bearward::pipeline
