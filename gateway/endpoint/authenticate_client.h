#pragma once

#include "base/result.h"
#include "config/clients.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "oauth/client_authentication.h"
#include "oauth/token_error.h"
#include "snapshot/snapshot.h"

namespace bearward::endpoint {

/// Which registered client of `snapshot` sent `request` (RFC 6749 §2.3); null: none that is registered, where the
/// configuration lets such a one pass. Every endpoint that takes a client's secret asks here, since guesses at it
/// count against one budget of `login_protection`, wherever they are made. `invalid_client`, or 429 once too many
/// failed.
Result<const config::RegisteredClient*, oauth::TokenError> authenticate_client(limit::LoginProtection& logins,
                                                                               const oauth::ClientCredentials& client,
                                                                               const http::Request& request,
                                                                               const snapshot::Snapshot& snapshot);

}  // namespace bearward::endpoint
