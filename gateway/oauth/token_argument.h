#pragma once

#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "http/fields.h"
#include "oauth/client_authentication.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

/// What a request for revocation (RFC 7009 §2.1) or introspection (RFC 7662 §2.1) says. `token_type_hint` is not
/// looked at: the two kinds of token look different.
struct TokenArgument {
  Secret token;  // never empty
  ClientCredentials client;
};

/// Reads it from a form, or from a JSON object with the same members, which front ends of FastAPI send:
/// {"token": "..."}. `invalid_request` for anything else.
Result<TokenArgument, TokenError> read_token_argument(http::Fields fields, std::string_view content);

}  // namespace bearward::oauth
