#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "config/tokens.h"
#include "rehearsal/question.h"

namespace bearward::rehearsal {

/// Somebody whose good token has these claims and who is a user as they say: `sub` is the name, `roles`,
/// `email` and `full_name` are the user's, `scope` the token's. `iss`, `aud`, `iat` and `exp` need not be given;
/// those that are decide as in any token. With the `iss` of a trusted issuer name, roles and the rest are what
/// the configuration makes of such a token. With `gty: client_credentials` it is a client and no user. The
/// error says what is wrong with the claims.
Result<identity::Principal, std::string> hypothetical_principal(const boost::json::object& claims,
                                                                const config::Tokens& tokens, UnixTime now);

/// The same as a stage: claims that have expired by `now` are a bad token.
Result<Caller, std::string> hypothetical_caller(const boost::json::object& claims, const config::Tokens& tokens,
                                                UnixTime now);

}  // namespace bearward::rehearsal
