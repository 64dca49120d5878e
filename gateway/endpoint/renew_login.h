#pragma once

#include "base/result.h"
#include "config/clients.h"
#include "oauth/grant_refresh.h"
#include "oauth/token_error.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// The refresh_token grant (RFC 6749 §6): a new pair of tokens for a refresh token of `client` (null: of none
/// that is registered), while its user is there, enabled and has not been logged out everywhere since. A token
/// that was used before ends the login, its access tokens too. Whatever is refused for another reason leaves
/// the token as it was. Blocks: on the writing pool.
Result<oauth::TokenResponse, oauth::TokenError> renew_login(store::UserStore& users, store::RefreshStore& refresh,
                                                            const oauth::RefreshGrant& grant,
                                                            const config::RegisteredClient* client,
                                                            const std::string& bound_to,
                                                            const snapshot::Snapshot& snapshot);

}  // namespace bearward::endpoint
