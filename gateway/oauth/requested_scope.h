#pragma once

#include <string_view>

#include "base/result.h"
#include "config/endpoints.h"
#include "identity/scope.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

using identity::Scopes;

/// The scope tokens of a `scope` parameter, split at its spaces; `invalid_scope` for a character that
/// RFC 6749 §3.3 gives none.
Result<Scopes, TokenError> parse_requested_scope(std::string_view text);

struct GrantedScope {
  Scopes scopes;
  bool differs = false;  // from what was asked for: RFC 6749 §3.3 has the answer say so
};

/// Which of the scopes that a user asks for are granted. No role gives one in this version, so a request
/// for any is `invalid_scope`. Under `fastapi` it is granted none and told so by an empty `scope`: the
/// tutorial's front ends ask for scopes as a matter of course and could not log in otherwise.
Result<GrantedScope, TokenError> grant_scope(const Scopes& requested, config::Compatibility compatibility);

}  // namespace bearward::oauth
