#include "endpoint/client_login.h"

#include "endpoint/sign_tokens.h"
#include "telemetry/log.h"

namespace bearward::endpoint {

using oauth::TokenError;
using telemetry::Level;

Result<oauth::TokenResponse, TokenError> log_client_in(store::UserStore& users, const config::RegisteredClient& client,
                                                       const oauth::Scopes& scope, const std::string& bound_to,
                                                       const snapshot::Snapshot& snapshot) {
  const UnixMilliseconds now = unix_now_ms();
  const auto namesake = users.look_up(client.id);
  if (!namesake) {
    telemetry::log(Level::error, "token endpoint: the user store cannot be read: {}", users.last_failure());
    return std::unexpected(TokenError::unavailable("clients cannot be checked now"));
  }
  if (namesake->user) {
    telemetry::log(Level::error,
                   "token endpoint: the client \"{}\" gets no token, since a user has that name; rename one of them",
                   client.id);
    return std::unexpected(TokenError::unauthorized_client());
  }
  return sign_for_client(snapshot, client, scope, bound_to, now);
}

}  // namespace bearward::endpoint
