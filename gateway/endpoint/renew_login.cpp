#include "endpoint/renew_login.h"

#include <utility>

#include "endpoint/sign_tokens.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

using oauth::TokenError;
using snapshot::Snapshot;
using store::RefreshTokenState;
using telemetry::Level;

TokenError users_unavailable(const store::UserStore& users) {
  telemetry::log(Level::error, "token endpoint: the user store cannot be read: {}", users.last_failure());
  return TokenError::unavailable("logins cannot be renewed now");
}

TokenError refresh_unavailable(const store::RefreshStore& refresh) {
  telemetry::log(Level::error, "token endpoint: refresh tokens cannot be read or written: {}", refresh.last_failure());
  return TokenError::unavailable("logins cannot be renewed now");
}

/// The token, if it is known and this client's. Whether it was used before is `renew`'s to say.
Result<RefreshTokenState, TokenError> find_token(store::RefreshStore& refresh, const oauth::RefreshGrant& grant,
                                                 const config::RegisteredClient* client) {
  auto found = refresh.find(grant.token.reveal());
  if (!found) return std::unexpected(refresh_unavailable(refresh));
  const std::string_view client_id = client == nullptr ? std::string_view{} : std::string_view{client->id};
  if (!*found || (*found)->family.client_id != client_id) return std::unexpected(TokenError::bad_refresh_token());
  return std::move(**found);
}

/// The live row of the user, if it still stands by the token.
Result<identity::User, TokenError> find_user(store::UserStore& users, const RefreshTokenState& token) {
  auto found = users.look_up(token.family.username);
  if (!found) return std::unexpected(users_unavailable(users));
  const bool good = found->user && !found->user->disabled && token.issued_at >= found->user->tokens_not_before;
  if (!good) return std::unexpected(TokenError::bad_refresh_token());
  return std::move(*found->user);
}

/// Somebody else may have the token too, and nobody can tell who is who: both lose the login, its access tokens
/// included.
TokenError end_login(store::UserStore& users, store::RefreshStore& refresh, const store::RefreshFamily& family,
                     const Snapshot& snapshot) {
  telemetry::log(Level::warning, "token endpoint: a refresh token of \"{}\" was used twice; the login is ended",
                 family.username);
  if (!refresh.end(family.id)) return refresh_unavailable(refresh);
  const UnixTime last_expiry = unix_now() + snapshot.config.tokens.access_ttl;
  if (!users.revoke_token(family.username, family.id, last_expiry)) return users_unavailable(users);
  return TokenError::bad_refresh_token();
}

}  // namespace

Result<oauth::TokenResponse, TokenError> renew_login(store::UserStore& users, store::RefreshStore& refresh,
                                                     const oauth::RefreshGrant& grant,
                                                     const config::RegisteredClient* client,
                                                     const std::string& bound_to, const Snapshot& snapshot) {
  const config::Config& config = snapshot.config;
  const UnixMilliseconds now = unix_now_ms();  // before anything is read: see sign_for_user
  const auto token = find_token(refresh, grant, client);
  if (!token) return std::unexpected(token.error());
  const store::RefreshFamily& family = token->family;
  if (!store::may_use(*token, now, config.tokens.refresh_grace))
    return std::unexpected(end_login(users, refresh, family, snapshot));
  const auto user = find_user(users, *token);
  if (!user) return std::unexpected(user.error());
  const oauth::Scopes allowed = oauth::allowed_scope(user->roles, config.users.role_scopes, client);
  const auto scope = oauth::renew_scope(grant.requested, family.scopes, allowed, config.compatibility);
  if (!scope) return std::unexpected(scope.error());

  auto next = refresh.renew(grant.token.reveal(), now, config.tokens.refresh_ttl, config.tokens.refresh_grace);
  if (!next) {
    switch (next.error()) {
      case store::RenewalError::unavailable:
        return std::unexpected(refresh_unavailable(refresh));
      case store::RenewalError::reused:
        return std::unexpected(end_login(users, refresh, family, snapshot));
      case store::RenewalError::unknown:
        return std::unexpected(TokenError::bad_refresh_token());
    }
  }
  oauth::TokenResponse answer = sign_for_user(snapshot, user->username, client, *scope, family.id, bound_to, now);
  answer.refresh_token = std::move(*next);
  return answer;
}

}  // namespace bearward::endpoint
