#include "endpoint/start_login.h"

#include <algorithm>
#include <utility>

#include "crypto/random.h"
#include "endpoint/password_login.h"
#include "endpoint/sign_tokens.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

using oauth::TokenError;
using snapshot::Snapshot;
using telemetry::Level;

constexpr std::size_t family_id_bytes = 16;

TokenError error_of(LoginError error, const store::UserStore& users) {
  if (error == LoginError::refused) return TokenError::wrong_password();
  telemetry::log(Level::error, "token endpoint: the user store cannot be read: {}", users.last_failure());
  return TokenError::unavailable("logins cannot be checked now");
}

bool may_refresh(const config::RegisteredClient* client, const Snapshot& snapshot) {
  return snapshot.config.tokens.refresh_ttl > std::chrono::seconds{0} &&
         snapshot.clients.admit(client, config::GrantType::refresh_token).has_value();
}

}  // namespace

Result<StartedLogin, TokenError> start_login(store::UserStore& users, const oauth::PasswordGrant& grant,
                                             const config::RegisteredClient* client, const std::string& bound_to,
                                             const Snapshot& snapshot) {
  const config::Config& config = snapshot.config;
  StartedLogin login{.answer = {}, .family = {}, .began = unix_now_ms()};  // before the user is read: see sign_for_user
  const auto user = log_in(users, grant.username, grant.password, config.users.password_hash);
  if (!user) return std::unexpected(error_of(user.error(), users));
  // The row that was read may revoke what was issued up to this very millisecond: this login is later than that.
  login.began = std::max(login.began, user->tokens_not_before);
  const oauth::Scopes allowed = oauth::allowed_scope(user->roles, config.users.role_scopes, client);
  const auto scope = oauth::grant_scope(grant.requested, allowed, config.compatibility);
  if (!scope) return std::unexpected(scope.error());
  std::string family_id;
  if (may_refresh(client, snapshot)) {
    family_id = crypto::random_hex(family_id_bytes);
    login.family = {family_id, user->username, client == nullptr ? std::string{} : client->id, *scope};
  }
  login.answer = sign_for_user(snapshot, user->username, client, *scope, family_id, bound_to, login.began);
  return login;
}

Result<oauth::TokenResponse, TokenError> keep_login(store::RefreshStore& refresh, StartedLogin login,
                                                    std::chrono::seconds ttl) {
  auto token = refresh.start(*login.family, login.began, ttl);
  if (!token) {
    telemetry::log(Level::error, "token endpoint: refresh tokens cannot be written: {}", refresh.last_failure());
    return std::unexpected(TokenError::unavailable("logins cannot be kept now"));
  }
  login.answer.refresh_token = std::move(*token);
  return std::move(login.answer);
}

}  // namespace bearward::endpoint
