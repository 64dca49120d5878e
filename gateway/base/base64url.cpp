#include "base/base64url.h"

#include <array>
#include <cstdint>

namespace bearward {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t invalid = 0xFF;  // or-ed over a group it leaves the top bits set

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(invalid);
  for (std::size_t i = 0; i < alphabet.size(); ++i) table[static_cast<unsigned char>(alphabet[i])] = std::uint8_t(i);
  return table;
}();

std::uint32_t value_of(char c) { return values[static_cast<unsigned char>(c)]; }

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    held += 8;
    for (; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 63];
  }
  if (held > 0) text += alphabet[bits << (6 - held) & 63];
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  const std::size_t tail = text.size() % 4;
  if (tail == 1) return std::nullopt;
  std::string bytes(text.size() / 4 * 3 + (tail == 0 ? 0 : tail - 1), '\0');
  char* out = bytes.data();
  std::size_t at = 0;
  std::uint32_t seen = 0;  // every value or-ed: one test at the end finds any invalid character
  for (; at + 4 <= text.size(); at += 4) {
    const std::uint32_t a = value_of(text[at]), b = value_of(text[at + 1]);
    const std::uint32_t c = value_of(text[at + 2]), d = value_of(text[at + 3]);
    seen |= a | b | c | d;
    const std::uint32_t group = a << 18 | b << 12 | c << 6 | d;
    *out++ = static_cast<char>(group >> 16);
    *out++ = static_cast<char>(group >> 8);
    *out++ = static_cast<char>(group);
  }
  if (tail != 0) {
    const std::uint32_t a = value_of(text[at]), b = value_of(text[at + 1]);
    const std::uint32_t c = tail == 3 ? value_of(text[at + 2]) : 0;
    seen |= a | b | c;
    *out++ = static_cast<char>(a << 2 | b >> 4);
    if (tail == 3) *out++ = static_cast<char>(b << 4 | c >> 2);
    const std::uint32_t unused = tail == 3 ? c & 3 : b & 15;
    if (unused != 0) return std::nullopt;
  }
  if (seen > 63) return std::nullopt;
  return bytes;
}

}  // namespace bearward
