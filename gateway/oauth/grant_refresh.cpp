#include "oauth/grant_refresh.h"

#include <utility>

namespace bearward::oauth {

Result<RefreshGrant, TokenError> read_refresh_grant(const TokenRequest& request) {
  const Secret* const token = request.form.find("refresh_token");
  if (token == nullptr)
    return std::unexpected(TokenError::missing_parameters({"refresh_token"}, "refresh_token is missing"));
  auto requested = parse_requested_scope(request.form.text("scope"));
  if (!requested) return std::unexpected(std::move(requested.error()));
  return RefreshGrant{*token, std::move(*requested)};
}

}  // namespace bearward::oauth
