#pragma once

#include "base/result.h"
#include "config/clients.h"
#include "oauth/requested_scope.h"
#include "oauth/token_error.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// The client_credentials grant (RFC 6749 §4.4): a token with which `client` acts for itself. Refused where a
/// user has the client's name: a policy or an upstream could take the one for the other. No refresh token
/// (§4.4.3). Blocks: on the store pool.
Result<oauth::TokenResponse, oauth::TokenError> log_client_in(store::UserStore& users,
                                                              const config::RegisteredClient& client,
                                                              const oauth::Scopes& scope, const std::string& bound_to,
                                                              const snapshot::Snapshot& snapshot);

}  // namespace bearward::endpoint
