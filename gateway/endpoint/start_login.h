#pragma once

#include <optional>

#include "base/result.h"
#include "config/clients.h"
#include "oauth/grant_password.h"
#include "oauth/token_error.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// A login whose password was right: the answer, and what is to be kept of it for refresh tokens, if anything.
struct StartedLogin {
  oauth::TokenResponse answer;
  std::optional<store::RefreshFamily> family;
  UnixMilliseconds began{};
};

/// The password grant (RFC 6749 §4.3) but for the refresh token: the store's reads, the hash, the signature.
/// `client` may be null. Blocks for as long as a hash takes: on the hashing pool.
Result<StartedLogin, oauth::TokenError> start_login(store::UserStore& users, const oauth::PasswordGrant& grant,
                                                    const config::RegisteredClient* client, const std::string& bound_to,
                                                    const snapshot::Snapshot& snapshot);

/// Adds the refresh token of a login that has a family. Blocks: on the writing pool, where a locked store holds
/// up no password.
Result<oauth::TokenResponse, oauth::TokenError> keep_login(store::RefreshStore& refresh, StartedLogin login,
                                                           std::chrono::seconds ttl);

}  // namespace bearward::endpoint
