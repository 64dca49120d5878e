#pragma once

#include <string>

#include "base/result.h"
#include "http/fields.h"
#include "oauth/client_authentication.h"
#include "oauth/form.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

/// What every grant has in common (RFC 6749 §4.3.2, §4.4.2, §6); the rest is in the form, for the grant
/// that `grant_type` names.
struct TokenRequest {
  std::string grant_type;  // never empty
  Form form;
  ClientCredentials client;
};

/// The most content a request for a token may have.
inline constexpr std::size_t max_token_request_bytes = 64 * 1024;

/// Reads a request for a token: application/x-www-form-urlencoded, no parameter that the RFC defines
/// twice; unknown ones are passed over, also twice (RFC 8707 repeats `resource`). Without `grant_type` it
/// is the password grant, as FastAPI's form has it. `unsupported_response_type` where it asks as an authorization
/// endpoint is asked, `invalid_request` otherwise.
Result<TokenRequest, TokenError> read_token_request(http::Fields fields, std::string_view content);

}  // namespace bearward::oauth
