#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "oauth/requested_scope.h"
#include "oauth/token_error.h"
#include "oauth/token_request.h"

namespace bearward::oauth {

/// What the refresh_token grant asks (RFC 6749 §6).
struct RefreshGrant {
  Secret token;
  Scopes requested;  // empty: what the login was granted
};

/// `invalid_request` without a refresh token; `invalid_scope` for a malformed scope.
Result<RefreshGrant, TokenError> read_refresh_grant(const TokenRequest& request);

}  // namespace bearward::oauth
