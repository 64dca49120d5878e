#include "endpoint/password_login.h"

#include <optional>
#include <string>
#include <utility>

#include "crypto/argon2_parameters.h"
#include "crypto/crypt_hash.h"
#include "crypto/keyed_hash.h"
#include "crypto/password_hash.h"

namespace bearward::endpoint {
namespace {

crypto::PasswordScheme to_scheme(config::PasswordHash hash) {
  return hash == config::PasswordHash::bcrypt ? crypto::PasswordScheme::bcrypt : crypto::PasswordScheme::argon2id;
}

/// Picks an unknown name's decoy: the same for a name at every try, as a real user's hash would be, and on
/// every worker. Keyed, so that nobody can tell from outside which hash a name ought to get.
std::uint64_t decoy_selector(std::string_view username) {
  static const crypto::KeyedHash hash;
  return hash(username);
}

/// A hash that takes time to verify against. Others are refused at once, such as the `!` that marks a
/// locked account in tables of other origin.
bool takes_time(std::string_view stored) {
  return crypto::parse_argon2id(stored).has_value() || crypto::parse_crypt_hash(stored).has_value();
}

/// What the password is compared with when the user has nothing to compare it with.
std::string_view stand_in(const std::optional<std::string>& decoy, crypto::PasswordScheme scheme) {
  return decoy && takes_time(*decoy) ? std::string_view(*decoy) : crypto::dummy_hash(scheme);
}

}  // namespace

Result<identity::User, LoginError> log_in(store::UserStore& users, std::string_view username, const Secret& password,
                                          config::PasswordHash new_hashes) {
  auto found = users.find(username);
  const auto decoy = users.decoy_hash(decoy_selector(username));  // asked for known users too: it takes time
  if (!found || !decoy) return std::unexpected(LoginError::unavailable);
  std::optional<store::StoredUser>& user = *found;
  const bool has_password = user && takes_time(user->password_hash);
  const std::string_view stored = has_password ? user->password_hash : stand_in(*decoy, to_scheme(new_hashes));
  const bool matches = crypto::verify_password(password.reveal(), stored);
  // A password may well match a decoy: it is somebody else's hash.
  if (!matches || !has_password || user->user.disabled) return std::unexpected(LoginError::refused);
  return std::move(user->user);
}

}  // namespace bearward::endpoint
