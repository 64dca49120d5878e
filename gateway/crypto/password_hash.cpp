#include "crypto/password_hash.h"

#include <argon2.h>

#include <array>
#include <new>

#include "crypto/argon2_parameters.h"
#include "crypto/constant_time.h"
#include "crypto/crypt_hash.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace bearward::crypto {
namespace {

// The second of the settings that OWASP's Password Storage Cheat Sheet calls equally strong, the one that
// leaves most memory to the other threads of the pool.
constexpr Argon2Parameters new_argon2{.memory_kib = 19456, .passes = 2, .lanes = 1};
// The weakest of those settings is m=7168, t=5; memory times passes is about the same for all of them.
constexpr std::uint64_t least_argon2_work = 7168 * 5;
constexpr std::uint32_t least_argon2_memory_kib = 7168;
constexpr unsigned new_bcrypt_cost = 12;
constexpr std::size_t salt_bytes = 16;  // RFC 9106 §3.1
constexpr std::size_t hash_bytes = 32;

bool is_dangerous_for_any(std::string_view password) {
  return password.size() > max_password_bytes || password.find('\0') != password.npos;
}

bool verify_argon2id(std::string_view password, std::string_view stored) {
  // libargon2 compares in constant time.
  return parse_argon2id(stored) &&
         argon2id_verify(std::string{stored}.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool verify_crypt(std::string_view password, std::string_view stored, CryptScheme scheme) {
  const bool truncated = scheme == CryptScheme::bcrypt && password.size() > max_bcrypt_password_bytes;
  // Hashed all the same, so that the time taken does not tell a bcrypt user from the others.
  const auto computed =
      crypt_password(password.substr(0, truncated ? max_bcrypt_password_bytes : password.npos), stored);
  return computed && equal_in_constant_time(*computed, stored) && !truncated;
}

std::string hash_argon2id(std::string_view password) {
  std::array<unsigned char, salt_bytes> salt;
  random_bytes(salt);
  std::array<char, 128> encoded{};  // 97 characters with the NUL
  const int status =
      argon2id_hash_encoded(new_argon2.passes, new_argon2.memory_kib, new_argon2.lanes, password.data(),
                            password.size(), salt.data(), salt.size(), hash_bytes, encoded.data(), encoded.size());
  if (status == ARGON2_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc{};
  require(status == ARGON2_OK, "argon2id");
  return encoded.data();
}

std::string hash_bcrypt(std::string_view password) {
  auto hash = crypt_password(password, new_bcrypt_setting(new_bcrypt_cost));
  require(hash.has_value(), "bcrypt");
  return *std::move(hash);
}

}  // namespace

std::optional<PasswordError> check_password(std::string_view password, PasswordScheme scheme) {
  if (password.empty()) return PasswordError::empty;
  if (password.size() > max_password_bytes) return PasswordError::too_long;
  if (password.find('\0') != password.npos) return PasswordError::contains_nul;
  if (scheme == PasswordScheme::bcrypt && password.size() > max_bcrypt_password_bytes)
    return PasswordError::too_long_for_bcrypt;
  return std::nullopt;
}

std::string_view to_string(PasswordError error) {
  switch (error) {
    case PasswordError::empty:
      return "the password is empty";
    case PasswordError::too_long:
      return "the password is longer than 1024 bytes";
    case PasswordError::too_long_for_bcrypt:
      return "the password is longer than 72 bytes, the most that bcrypt can hold";
    case PasswordError::contains_nul:
      return "the password contains a NUL byte";
  }
  return "the password cannot be used";
}

Result<std::string, PasswordError> hash_password(std::string_view password, PasswordScheme scheme) {
  if (const auto error = check_password(password, scheme)) return std::unexpected(*error);
  return scheme == PasswordScheme::argon2id ? hash_argon2id(password) : hash_bcrypt(password);
}

bool verify_password(std::string_view password, std::string_view stored) {
  if (is_dangerous_for_any(password)) return false;  // whoever the user is, so this haste tells nothing
  if (stored.starts_with("$argon2")) return verify_argon2id(password, stored);
  const auto hash = parse_crypt_hash(stored);
  return hash && verify_crypt(password, stored, hash->scheme);
}

bool needs_upgrade(std::string_view stored, PasswordScheme scheme) {
  if (const auto argon2 = parse_argon2id(stored))
    return scheme == PasswordScheme::argon2id &&
           (argon2->memory_kib < least_argon2_memory_kib ||
            std::uint64_t{argon2->memory_kib} * argon2->passes < least_argon2_work);
  const auto hash = parse_crypt_hash(stored);
  if (!hash || hash->scheme != CryptScheme::bcrypt) return false;
  return scheme == PasswordScheme::argon2id || hash->bcrypt_cost < new_bcrypt_cost;
}

std::string_view dummy_hash(PasswordScheme scheme) {
  // Of 32 random bytes that were printed nowhere. Of new hashes' cost: password_hash_test looks.
  return scheme == PasswordScheme::argon2id
             ? "$argon2id$v=19$m=19456,t=2,p=1$qSRd7ri2vUI2xOfkQE3tbQ$gzKgxk2RnOSW+tQ99sOUA0Nz4gySyUy8LY2kqkp1TTk"
             : "$2b$12$YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";
}

}  // namespace bearward::crypto
