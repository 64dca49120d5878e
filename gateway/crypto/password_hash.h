#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bearward::crypto {

/// What new hashes are made with. More is verified: see verify_password.
enum class PasswordScheme { argon2id, bcrypt };

enum class PasswordError {
  empty,
  too_long,             // over `max_password_bytes`
  too_long_for_bcrypt,  // over 72 bytes: bcrypt would look at the first 72 alone
  contains_nul,         // libcrypt would look at what stands before it alone
};

inline constexpr std::size_t max_password_bytes = 1024;
inline constexpr std::size_t max_bcrypt_password_bytes = 72;

/// Whether `scheme` can keep this password; docs/decisions/0003 says why not every one. Costs nothing.
std::optional<PasswordError> check_password(std::string_view password, PasswordScheme scheme);
/// A sentence for the person who chose the password; it does not contain it.
std::string_view to_string(PasswordError error);

/// A new hash under a fresh salt, as it is kept in the user store: a PHC string for argon2id, `$2b$`
/// for bcrypt. Takes tens of milliseconds up and 19 MiB: on the blocking pool only. Refuses what
/// check_password refuses; throws std::bad_alloc when there is no memory.
Result<std::string, PasswordError> hash_password(std::string_view password, PasswordScheme scheme);

/// Whether `stored` is a hash of `password`: argon2id (PHC string), bcrypt (`$2a$ $2b$ $2y$`), scrypt
/// (`$7$`) or yescrypt (`$y$`). A malformed hash, and one whose parameters ask for more than this
/// gateway would spend (1 GiB, argon2 t 64, bcrypt cost 17), is a hash of no password. A password that
/// bcrypt cannot hold is refused, but only after as much time as any other wrong one takes. On the
/// blocking pool only.
bool verify_password(std::string_view password, std::string_view stored);

/// A well-formed hash of a password nobody knows, at the cost of new hashes: what an unknown user's
/// password is verified against when the store has no user to borrow a hash from.
std::string_view dummy_hash(PasswordScheme scheme);

/// Whether a login with the right password should replace `stored` by a new hash of `scheme`: only when
/// that is stronger. scrypt and yescrypt count as strong as argon2id.
bool needs_upgrade(std::string_view stored, PasswordScheme scheme);

}  // namespace bearward::crypto
