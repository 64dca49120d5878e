#include "endpoint/authenticate_client.h"

#include <utility>

#include "endpoint/login_guard.h"
#include "http/forwarding.h"

namespace bearward::endpoint {

Result<const config::RegisteredClient*, oauth::TokenError> authenticate_client(limit::LoginProtection& logins,
                                                                               const oauth::ClientCredentials& client,
                                                                               const http::Request& request,
                                                                               const snapshot::Snapshot& snapshot) {
  const config::Config& config = snapshot.config;
  if (client.secret.empty()) return snapshot.clients.authenticate(client, config.compatibility);
  const auto origin = http::find_origin(request.head, request.connection, config.trusted_proxies);
  // No user's name has a colon.
  const LoginGuard guard(logins, config.login_protection, {"client:" + client.id, origin.client_ip});
  if (auto refused = guard.refuses()) return std::unexpected(std::move(*refused));
  auto known = snapshot.clients.authenticate(client, config.compatibility);
  // One that is not registered has proven nothing, though FastAPI's form lets it pass.
  if (!known || *known != nullptr) guard.note(known.has_value());
  return known;
}

}  // namespace bearward::endpoint
