#include "crypto/crypt_hash.h"

#include <crypt.h>
#include <string.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/secret.h"
#include "crypto/openssl.h"
#include "crypto/random.h"

namespace bearward::crypto {
namespace {

constexpr unsigned min_bcrypt_cost = 4;      // bcrypt's own
constexpr unsigned max_bcrypt_cost = 17;     // about ten seconds
constexpr unsigned max_log2_n_times_r = 23;  // 128 * N * r bytes: 1 GiB
constexpr std::size_t bcrypt_bytes = 60;

/// crypt(3)'s base 64; -1 for any other character.
int value_of(char c) {
  static constexpr std::string_view alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const std::size_t at = alphabet.find(c);
  return at == alphabet.npos ? -1 : static_cast<int>(at);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<CryptHash> parse_bcrypt(std::string_view stored) {
  // $2b$12$ and 53 characters of salt and hash.
  if (stored.size() != bcrypt_bytes || !is_digit(stored[4]) || !is_digit(stored[5]) || stored[6] != '$')
    return std::nullopt;
  const auto cost = static_cast<unsigned>((stored[4] - '0') * 10 + (stored[5] - '0'));
  if (cost < min_bcrypt_cost || cost > max_bcrypt_cost) return std::nullopt;
  return CryptHash{CryptScheme::bcrypt, cost};
}

bool affordable(unsigned log2_n, std::uint64_t r) {
  return log2_n >= 1 && log2_n <= max_log2_n_times_r && r >= 1 &&
         (r << log2_n) <= (std::uint64_t{1} << max_log2_n_times_r);
}

// $7$, then log2 N as one character, r and p as five each, least significant first.
std::optional<CryptHash> parse_scrypt(std::string_view stored) {
  if (stored.size() < 14) return std::nullopt;
  std::uint64_t r = 0, p = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const int r_part = value_of(stored[4 + i]), p_part = value_of(stored[9 + i]);
    if (r_part < 0 || p_part < 0) return std::nullopt;
    r |= static_cast<std::uint64_t>(r_part) << (6 * i);
    p |= static_cast<std::uint64_t>(p_part) << (6 * i);
  }
  const int log2_n = value_of(stored[3]);
  if (log2_n < 1 || p < 1 || p > 16 || !affordable(static_cast<unsigned>(log2_n), r * p)) return std::nullopt;
  return CryptHash{CryptScheme::scrypt};
}

// $y$, flavour, log2 N less one, r less one, $. Larger values and further parameters (p, t, g, a ROM) take more
// characters; crypt_gensalt never writes them, so they are refused instead of judged.
std::optional<CryptHash> parse_yescrypt(std::string_view stored) {
  if (stored.size() < 8 || !stored.starts_with("$y$j") || stored[6] != '$') return std::nullopt;
  const int log2_n_less_1 = value_of(stored[4]), r_less_1 = value_of(stored[5]);
  if (log2_n_less_1 < 0 || r_less_1 < 0 || r_less_1 > 47) return std::nullopt;
  if (!affordable(static_cast<unsigned>(log2_n_less_1) + 1, static_cast<std::uint64_t>(r_less_1) + 1))
    return std::nullopt;
  return CryptHash{CryptScheme::yescrypt};
}

}  // namespace

std::optional<CryptHash> parse_crypt_hash(std::string_view stored) {
  if (stored.size() >= CRYPT_OUTPUT_SIZE || stored.find('\0') != stored.npos) return std::nullopt;
  if (stored.starts_with("$2a$") || stored.starts_with("$2b$") || stored.starts_with("$2y$"))
    return parse_bcrypt(stored);
  if (stored.starts_with("$7$")) return parse_scrypt(stored);
  if (stored.starts_with("$y$")) return parse_yescrypt(stored);
  return std::nullopt;
}

std::optional<std::string> crypt_password(std::string_view password, std::string_view setting) {
  const auto work = std::make_unique<crypt_data>();  // 32 KiB: not on a pool thread's stack
  std::string terminated{password};
  const char* result = crypt_r(terminated.c_str(), std::string{setting}.c_str(), work.get());
  std::optional<std::string> hash;
  if (result != nullptr && result[0] != '*') hash = result;  // crypt(3): a failure is *0 or *1
  ::explicit_bzero(work.get(), sizeof *work);
  ::explicit_bzero(terminated.data(), terminated.size());
  return hash;
}

std::string new_bcrypt_setting(unsigned cost) {
  std::array<unsigned char, 16> salt;
  random_bytes(salt);
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  require(crypt_gensalt_rn("$2b$", cost, reinterpret_cast<const char*>(salt.data()), salt.size(), setting.data(),
                           setting.size()) != nullptr,
          "a bcrypt salt");
  return setting.data();
}

}  // namespace bearward::crypto
