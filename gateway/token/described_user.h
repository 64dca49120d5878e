#pragma once

#include <string>

#include "base/result.h"
#include "identity/token_claims.h"
#include "token/token_error.h"

namespace bearward::token {

/// How the tokens of a trusted issuer name users.
struct UserMapping {
  std::string username_prefix;
  std::string roles_claim;  // a path (identity/claim_path.h); empty: no roles
  /// A local user of the name, prefix included, must exist: its row alone says what holds of it.
  bool require_user = false;
};

/// Completes the verified claims of a trusted issuer's token: `username` gets the prefix, and unless a local
/// user is required `described_user` becomes whom they describe: roles from the roles claim alone, `name`,
/// and `email` where the issuer does not say that it is unverified.
///
/// Errors: `malformed` when the roles are neither texts nor a text, since roles that are not understood may
/// be what a rule keeps out; `no_local_name` when the name required is one that no local user has.
Result<void, TokenError> describe_user(identity::TokenClaims& claims, const UserMapping& mapping);

}  // namespace bearward::token
