#include "store/user_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace bearward::store {
namespace {

constexpr std::size_t max_username_bytes = 128, max_email_bytes = 254, max_full_name_bytes = 256;
constexpr std::size_t max_role_bytes = 64, min_password_bytes = 8;

// The next code point of `text`, which loses its bytes; nullopt for what is not UTF-8 (RFC 3629 §3): overlong
// forms, surrogates, above U+10FFFF.
std::optional<char32_t> take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || length > text.size()) return std::nullopt;
  char32_t code = length == 1 ? first : first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

// White space, and what is not seen at all: two names that look the same must not be two users.
bool is_space_or_invisible(char32_t code) {
  struct Range {
    char32_t first, last;
  };
  constexpr std::array<Range, 11> ranges{{{0x20, 0x20},
                                          {0xA0, 0xA0},
                                          {0xAD, 0xAD},
                                          {0x1680, 0x1680},
                                          {0x180E, 0x180E},
                                          {0x2000, 0x200F},
                                          {0x202A, 0x202F},
                                          {0x205F, 0x206F},
                                          {0x3000, 0x3000},
                                          {0xFEFF, 0xFEFF},
                                          {0xE0000, 0xE0FFF}}};
  return std::ranges::any_of(ranges, [code](const Range& range) { return code >= range.first && code <= range.last; });
}

enum class Spaces { allowed, refused };

std::optional<std::string> problem_of_text(std::string_view text, std::size_t most, Spaces spaces,
                                           std::string_view refused) {
  if (text.size() > most) return "is longer than " + std::to_string(most) + " bytes";
  while (!text.empty()) {
    const std::optional<char32_t> code = take_code_point(text);
    if (!code) return "is not UTF-8";
    if (is_control(*code)) return "contains a control character";
    if (spaces == Spaces::refused && is_space_or_invisible(*code)) return "contains a space or an invisible character";
    if (*code < 0x80 && refused.find(static_cast<char>(*code)) != std::string_view::npos)
      return std::string{"contains \""} + static_cast<char>(*code) + "\"";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> problem_of_username(std::string_view username) {
  if (username.empty()) return "is empty";
  if (username == "." || username == "..") return "is a dot segment of a path";
  return problem_of_text(username, max_username_bytes, Spaces::refused, "/\\:,");
}

std::optional<std::string> problem_of_email(std::string_view email) {
  if (email.empty()) return std::nullopt;
  const std::size_t at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == email.size() || email.find('@', at + 1) != email.npos)
    return "is not of the form name@domain";
  return problem_of_text(email, max_email_bytes, Spaces::refused, ",");
}

std::optional<std::string> problem_of_full_name(std::string_view full_name) {
  return problem_of_text(full_name, max_full_name_bytes, Spaces::allowed, {});
}

std::optional<std::string> problem_of_role(std::string_view role) {
  if (role.empty()) return "is empty";
  if (role.size() > max_role_bytes) return "is longer than " + std::to_string(max_role_bytes) + " bytes";
  if (!std::ranges::all_of(role, [](char c) { return c > ' ' && c < 0x7F && c != ',' && c != '"' && c != '\\'; }))
    return "has a character other than visible ASCII, or a comma, quote or backslash";
  return std::nullopt;
}

std::optional<std::string> problem_of_password(std::string_view password) {
  if (password.size() >= min_password_bytes) return std::nullopt;
  return "has fewer than " + std::to_string(min_password_bytes) + " bytes";
}

}  // namespace bearward::store
