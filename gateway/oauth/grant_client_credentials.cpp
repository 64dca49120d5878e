#include "oauth/grant_client_credentials.h"

#include <utility>

namespace bearward::oauth {

Result<Scopes, TokenError> grant_client_credentials(const TokenRequest& request, const config::RegisteredClient& client,
                                                    config::Compatibility compatibility) {
  auto requested = parse_requested_scope(request.form.text("scope"));
  if (!requested) return std::unexpected(std::move(requested.error()));
  if (!requested->empty()) return grant_scope(*requested, client.scopes, compatibility);
  return client.scopes;
}

}  // namespace bearward::oauth
