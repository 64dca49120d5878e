#include "endpoint/password_login.h"

#include <optional>
#include <string>
#include <utility>

#include "crypto/password_kind.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

/// What the password is compared with when the user has nothing to compare it with.
std::string stand_in(const std::optional<std::string>& kind, crypto::PasswordScheme scheme) {
  auto decoy = kind ? crypto::decoy_of_kind(*kind) : std::nullopt;
  return decoy ? std::move(*decoy) : std::string(crypto::dummy_hash(scheme));
}

/// Replaces the hash of a user whose password is at hand by a stronger one, where new hashes are stronger. Only
/// if the row still has the hash that was verified: a password that was changed meanwhile stays changed.
void strengthen(store::UserStore& users, const store::StoredUser& user, const Secret& password,
                crypto::PasswordScheme scheme) {
  if (!crypto::needs_upgrade(user.password_hash, scheme)) return;
  const auto stronger = crypto::hash_password(password.reveal(), scheme);
  if (!stronger) return;  // more than bcrypt can hold
  const auto written = users.update(user.user.username, [&](store::StoredUser& row) {
    if (row.password_hash == user.password_hash) row.password_hash = *stronger;
  });
  if (!written && written.error() == store::StoreError::unavailable)
    telemetry::log(telemetry::Level::warning, "login: a stronger hash could not be stored: {}", users.last_failure());
}

}  // namespace

crypto::PasswordScheme to_scheme(config::PasswordHash hash) {
  return hash == config::PasswordHash::bcrypt ? crypto::PasswordScheme::bcrypt : crypto::PasswordScheme::argon2id;
}

Result<identity::User, LoginError> log_in(store::UserStore& users, std::string_view username, const Secret& password,
                                          config::PasswordHash new_hashes) {
  auto found = users.find(username);
  const auto kind = users.decoy_kind(username);  // asked for known users too: it takes time
  if (!found || !kind) return std::unexpected(LoginError::unavailable);
  std::optional<store::StoredUser>& user = *found;
  // Not the `!` that marks a locked account in tables of other origin: it would be refused at once.
  const bool has_password = user && crypto::password_kind(user->password_hash);
  const std::string stored = has_password ? user->password_hash : stand_in(*kind, to_scheme(new_hashes));
  const bool matches = crypto::verify_password(password.reveal(), stored);
  if (!matches || !has_password || user->user.disabled) return std::unexpected(LoginError::refused);
  strengthen(users, *user, password, to_scheme(new_hashes));
  return std::move(user->user);
}

}  // namespace bearward::endpoint
