#include "token/token_id.h"

#include <array>
#include <cstdint>

#include "crypto/random.h"

namespace bearward::token {
namespace {

constexpr std::size_t text_bytes = 36;
constexpr std::size_t version_at = 14, variant_at = 19;

bool is_dash(std::size_t at) { return at == 8 || at == 13 || at == 18 || at == 23; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string make_token_id(UnixMilliseconds now) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  crypto::random_bytes(bytes);
  auto milliseconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (std::size_t i = 6; i-- > 0; milliseconds >>= 8) bytes[i] = static_cast<unsigned char>(milliseconds & 0xff);
  bytes[6] = static_cast<unsigned char>(0x70 | (bytes[6] & 0x0f));  // version 7
  bytes[8] = static_cast<unsigned char>(0x80 | (bytes[8] & 0x3f));  // the variant of RFC 9562
  std::string text;
  text.reserve(text_bytes);
  for (const unsigned char byte : bytes) {
    if (is_dash(text.size())) text.push_back('-');
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

std::optional<UnixMilliseconds> time_of_token_id(std::string_view token_id) {
  if (token_id.size() != text_bytes || token_id[version_at] != '7') return std::nullopt;
  if (std::string_view("89ab").find(token_id[variant_at]) == std::string_view::npos) return std::nullopt;
  constexpr std::size_t end_of_time = 13;
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < text_bytes; ++i) {
    const int digit = hex_digit(token_id[i]);
    if (is_dash(i) ? token_id[i] != '-' : digit < 0) return std::nullopt;
    if (i < end_of_time && digit >= 0) milliseconds = milliseconds * 16 + digit;
  }
  return UnixMilliseconds{std::chrono::milliseconds{milliseconds}};
}

}  // namespace bearward::token
