#pragma once

#include <string_view>

namespace bearward::token {

/// Why a token is refused. Every one leaves as `invalid_token` (RFC 6750 §3.1), but `no_keys_yet` as 503;
/// the name is for the decision log and for `explain`.
enum class TokenError {
  too_large,              // over max_token_bytes
  malformed,              // not three strict base64url parts, or JSON that is not what its standard says
  unsupported_algorithm,  // `none`, or an `alg` that this gateway does not know
  forbidden_header,       // `crit`, `b64`, or a key that the token brings: jwk, jku, x5u, x5c (RFC 8725 §3.10)
  wrong_type,             // a `typ` that is no access token's (RFC 8725 §3.11)
  unknown_issuer,         // of several trusted issuers, none is this `iss`
  unknown_key,            // no key has this `kid`, or none is for this `alg`
  wrong_algorithm,        // the key that `kid` names is for another algorithm
  bad_signature,
  wrong_issuer,
  wrong_audience,
  expired,
  not_yet_valid,             // `nbf` or `iat` is in the future
  unsupported_confirmation,  // a `cnf` (RFC 7800) other than of a certificate: whoever has to prove what, nobody here
                             // checks
  wrong_certificate,         // bound to a client certificate (RFC 8705), and this is not it
  no_local_name,             // of a trusted issuer that requires a local user: no user of ours has such a name
  no_keys_yet,               // the keys of its issuer have never been fetched: nobody can say what the token is worth
};

/// The enumerator's own name: stable, for logs and metrics.
std::string_view to_string(TokenError error);

}  // namespace bearward::token
