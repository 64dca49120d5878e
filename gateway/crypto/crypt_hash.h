#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward::crypto {

/// The hashes that libcrypt knows and this gateway takes.
enum class CryptScheme { bcrypt, scrypt, yescrypt };

struct CryptHash {
  CryptScheme scheme;
  unsigned bcrypt_cost = 0;  // bcrypt alone: log2 of its rounds
};

/// Recognises a whole crypt(5) hash: `$2a$ $2b$ $2y$` (not `$2x$`, which is known to be broken), `$7$`, `$y$`.
/// nullopt for anything else, and for parameters that would take more than 1 GiB or a minute: bcrypt above
/// cost 17, scrypt or yescrypt beyond N*r of 2^23 or with more than what crypt_gensalt writes.
std::optional<CryptHash> parse_crypt_hash(std::string_view stored);

/// crypt(password, setting); nullopt when libcrypt refuses the setting. `password` has no NUL. Wipes
/// what it leaves in memory.
std::optional<std::string> crypt_password(std::string_view password, std::string_view setting);

/// A setting for a new bcrypt hash, `$2b$`, under a fresh salt.
std::string new_bcrypt_setting(unsigned cost);

}  // namespace bearward::crypto
