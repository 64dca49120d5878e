#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "oauth/requested_scope.h"
#include "oauth/token_error.h"
#include "oauth/token_request.h"

namespace bearward::oauth {

/// What the password grant asks (RFC 6749 §4.3.2).
struct PasswordGrant {
  std::string username;
  Secret password;
  Scopes requested;
};

/// `invalid_request` without a user name or a password; `invalid_scope` for a malformed scope.
Result<PasswordGrant, TokenError> read_password_grant(const TokenRequest& request);

}  // namespace bearward::oauth
