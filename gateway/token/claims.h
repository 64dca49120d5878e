#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "identity/token_claims.h"
#include "token/token_error.h"

namespace bearward::token {

/// Reads a JWT claims set (RFC 7519 §4), JSON and not base64url. `username_claim` is the path
/// (identity/claim_path.h) of the claim that `username` is taken from. Errors are `malformed`: no strict JSON
/// object, no `exp`, no or an empty `sub` or username claim, control characters in either, a registered claim of the
/// wrong type. And `unsupported_confirmation`: a `cnf` that is not `x5t#S256` alone; such a token is no bearer token.
///
/// Dates may have a fraction and any size: `exp` is rounded down, `nbf` and `iat` up, and all are held
/// within 2^53 seconds of 1970. Scopes come from `scope` (a string or a list), or without it from `scp`.
Result<identity::TokenClaims, TokenError> parse_claims(std::string_view json, std::string_view username_claim = "sub");

/// A claim of our own tokens (as Auth0 and others name it): how the token was got, where `sub` is no user.
inline constexpr std::string_view grant_type_claim = "gty";
inline constexpr std::string_view client_credentials_grant = "client_credentials";

/// What a token has to say to be good here.
struct Expectation {
  std::string issuer;                  // `iss` must equal it; empty: any or none
  std::vector<std::string> audiences;  // one of them must be among `aud`; empty: any or none
  std::chrono::seconds leeway{30};
};

/// Checks verified claims against what is expected of them. Reads no clock: the caller gives `now`.
/// `expected.leeway` covers skew: refused from the second `exp` plus the leeway on. Errors in the order
/// checked: `wrong_issuer`, `wrong_audience`, `expired` (RFC 7519 §4.1.4), `not_yet_valid` (§4.1.5; for
/// an `iat` in the future too). Allocates nothing: it runs on every request, a cached token's included.
Result<void, TokenError> check_claims(const identity::TokenClaims& claims, const Expectation& expected, UnixTime now);

}  // namespace bearward::token
