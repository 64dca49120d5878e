#pragma once

#include "config/clients.h"
#include "oauth/requested_scope.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"

namespace bearward::endpoint {

/// The access token of a user, with the answer around it but without a refresh token. `family_id` names the
/// login that it comes from, empty where nothing keeps that alive; `client` may be null. `now` is when the
/// login or its renewal began, before the user was looked up: what is revoked meanwhile is revoked later. `bound_to`:
/// the thumbprint of the only certificate that it is good with (RFC 8705 §3); empty: of a bearer token.
oauth::TokenResponse sign_for_user(const snapshot::Snapshot& snapshot, const std::string& username,
                                   const config::RegisteredClient* client, const oauth::Scopes& scope,
                                   const std::string& family_id, const std::string& bound_to, UnixMilliseconds now);

/// The access token of a client that acts for itself.
oauth::TokenResponse sign_for_client(const snapshot::Snapshot& snapshot, const config::RegisteredClient& client,
                                     const oauth::Scopes& scope, const std::string& bound_to, UnixMilliseconds now);

}  // namespace bearward::endpoint
