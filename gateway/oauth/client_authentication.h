#pragma once

#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "http/fields.h"
#include "oauth/form.h"
#include "oauth/token_error.h"

namespace bearward::oauth {

/// What a request says of its client: an identifier, perhaps with a secret. Nothing of it is proven before
/// a ClientRegistry has said so.
struct ClientCredentials {
  std::string id;
  Secret secret;
};

/// Reads client credentials from `Authorization: Basic` or from client_id and client_secret of the form
/// (RFC 6749 §2.3.1). `Basic Og==`, which is an empty name and password and what Swagger UI sends where
/// its user typed nothing, counts as none; so does another scheme: a front end that renews its login
/// still sends the bearer token that ran out. `invalid_request` for a malformed Basic value, for a field
/// that stands there twice, and for credentials given in both ways.
Result<ClientCredentials, TokenError> read_client(http::Fields fields, const Form& form);

}  // namespace bearward::oauth
