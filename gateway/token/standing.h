#pragma once

#include <cstdint>
#include <optional>

#include "identity/token_claims.h"
#include "identity/user.h"

namespace bearward::token {

/// What the live row has against a token that is good in itself.
enum class Objection : std::uint8_t {
  unknown_user,
  inactive,  // the user is disabled
  revoked,   // this token, the login it came from, or all that the user was issued by then
};

/// nullopt: nothing. `user` is the row that `claims.username` names now, null when there is none. Allocates
/// nothing: it runs on every request.
std::optional<Objection> objection_to(const identity::TokenClaims& claims, const identity::User* user);

}  // namespace bearward::token
