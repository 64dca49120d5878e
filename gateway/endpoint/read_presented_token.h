#pragma once

#include "async/task.h"
#include "http/message.h"
#include "oauth/token_argument.h"
#include "oauth/token_error.h"

namespace bearward::endpoint {

/// The token that a request presents to be revoked (RFC 7009 §2.1) or introspected (RFC 7662 §2.1), and what it says
/// of its client: `invalid_request` for content that is none, cut short or too large.
Task<Result<oauth::TokenArgument, oauth::TokenError>> read_presented_token(http::Request request);

}  // namespace bearward::endpoint
