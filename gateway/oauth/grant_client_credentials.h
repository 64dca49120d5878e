#pragma once

#include "base/result.h"
#include "config/clients.h"
#include "oauth/requested_scope.h"
#include "oauth/token_error.h"
#include "oauth/token_request.h"

namespace bearward::oauth {

/// What a client that acts for itself is granted (RFC 6749 §4.4.2). It has been authenticated and admitted.
/// `invalid_scope` for a malformed scope, and for more than is the client's.
Result<Scopes, TokenError> grant_client_credentials(const TokenRequest& request, const config::RegisteredClient& client,
                                                    config::Compatibility compatibility);

}  // namespace bearward::oauth
