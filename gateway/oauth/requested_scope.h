#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/clients.h"
#include "config/endpoints.h"
#include "config/users.h"
#include "identity/scope.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

using identity::Scopes;

/// More are not looked at: a form could have 30,000.
inline constexpr std::size_t max_requested_scopes = 256;

/// The scope tokens of a `scope` parameter, split at its spaces, each once; `invalid_scope` for a character
/// that RFC 6749 §3.3 gives none, and for more than can be looked at.
Result<Scopes, TokenError> parse_requested_scope(std::string_view text);

/// The most that a user may be granted through `client` (null: through none that is registered): what the
/// user's roles give, within the client's scopes where it has any.
Scopes allowed_scope(const std::vector<std::string>& roles, const config::RoleScopes& role_scopes,
                     const config::RegisteredClient* client);

/// Nothing asked, nothing granted. `invalid_scope` where more is asked for than is allowed; under `fastapi`
/// what is allowed of it is granted: the tutorial's front ends ask for scopes as a
/// matter of course and could not log in otherwise.
Result<Scopes, TokenError> grant_scope(const Scopes& requested, const Scopes& allowed,
                                       config::Compatibility compatibility);

/// For a renewal (RFC 6749 §6) of what was `granted` at the login: never more, less on request, and nothing
/// that is not allowed any more. Nothing asked: all of it.
Result<Scopes, TokenError> renew_scope(const Scopes& requested, const Scopes& granted, const Scopes& allowed,
                                       config::Compatibility compatibility);

}  // namespace bearward::oauth
