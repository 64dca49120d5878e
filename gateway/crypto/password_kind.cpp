#include "crypto/password_kind.h"

#include <algorithm>

#include "crypto/argon2_parameters.h"
#include "crypto/crypt_hash.h"

namespace bearward::crypto {
namespace {

constexpr std::string_view argon2id_begins = "$argon2id$v=19$";
constexpr std::size_t bcrypt_kind_bytes = 7, scrypt_kind_bytes = 14, yescrypt_kind_bytes = 7;

// Salt and hash of passwords of 32 random bytes that were printed nowhere.
constexpr std::string_view argon2id_rest = "qSRd7ri2vUI2xOfkQE3tbQ$gzKgxk2RnOSW+tQ99sOUA0Nz4gySyUy8LY2kqkp1TTk";
constexpr std::string_view bcrypt_rest = "YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";
constexpr std::string_view scrypt_rest = "qaQyLy3vNPfyi4v5rXBvj1$CW.rBbYuVCTY4.r9K7/0gg09w6UYBUBPtGYlBKXBeU8";
constexpr std::string_view yescrypt_rest = "i6J7jSEPqWQ3GzR4mlZKZ/$HqiHXfzmGMBK47FmBM3eRhLhezjsPJAQESyTfIHsvc.";

/// Base 64 without padding (RFC 4648 §4) of `least` bytes or more.
bool is_base64_of(std::string_view text, std::size_t least) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return text.size() % 4 != 1 && text.size() * 3 / 4 >= least && text.find_first_not_of(alphabet) == text.npos;
}

bool is_crypt_text(std::string_view text) {
  constexpr std::string_view alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return text.find_first_not_of(alphabet) == text.npos;
}

std::optional<std::string> argon2id_kind(std::string_view stored) {
  const std::size_t end = stored.find('$', argon2id_begins.size());
  if (end == stored.npos) return std::nullopt;
  const std::string_view rest = stored.substr(end + 1);
  const std::size_t dollar = std::min(rest.find('$'), rest.size());
  // libargon2 takes no salt under 8 bytes and no hash under 4 (RFC 9106 §3.1), and says so at once.
  if (dollar == rest.size() || !is_base64_of(rest.substr(0, dollar), 8) || !is_base64_of(rest.substr(dollar + 1), 4))
    return std::nullopt;
  return std::string(stored.substr(0, end + 1));
}

/// Salt, `$` and the 43 characters of 32 bytes.
bool is_salt_and_hash(std::string_view rest) {
  const std::size_t dollar = std::min(rest.find('$'), rest.size());
  return dollar > 0 && dollar < rest.size() && is_crypt_text(rest.substr(0, dollar)) && rest.size() - dollar == 44 &&
         is_crypt_text(rest.substr(dollar + 1));
}

}  // namespace

std::optional<std::string> password_kind(std::string_view stored) {
  if (parse_argon2id(stored)) return argon2id_kind(stored);
  const std::optional<CryptHash> hash = parse_crypt_hash(stored);
  if (!hash) return std::nullopt;
  if (hash->scheme == CryptScheme::bcrypt) {
    if (!is_crypt_text(stored.substr(bcrypt_kind_bytes))) return std::nullopt;
    return "$2b" + std::string(stored.substr(3, bcrypt_kind_bytes - 3));
  }
  const std::size_t size = hash->scheme == CryptScheme::scrypt ? scrypt_kind_bytes : yescrypt_kind_bytes;
  if (!is_salt_and_hash(stored.substr(size))) return std::nullopt;
  return std::string(stored.substr(0, size));
}

std::optional<std::string> decoy_of_kind(std::string_view kind) {
  const std::string_view rest = kind.starts_with("$argon2") ? argon2id_rest
                                : kind.starts_with("$7$")   ? scrypt_rest
                                : kind.starts_with("$y$")   ? yescrypt_rest
                                                            : bcrypt_rest;
  std::string decoy = std::string(kind) + std::string(rest);
  if (password_kind(decoy) != kind) return std::nullopt;
  return decoy;
}

}  // namespace bearward::crypto
