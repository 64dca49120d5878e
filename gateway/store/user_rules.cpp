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

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

// Of eight bytes and more, in small letters.
constexpr std::string_view common_passwords[] = {
    "password",   "password1", "password12", "password123",   "passw0rd",   "p@ssw0rd",  "12345678", "123456789",
    "1234567890", "123123123", "87654321",   "987654321",     "qwertyuiop", "qwerty123", "qwerty12", "1q2w3e4r",
    "1q2w3e4r5t", "1qaz2wsx",  "asdfghjkl",  "zxcvbnm123",    "abcd1234",   "abc12345",  "a1b2c3d4", "iloveyou",
    "sunshine",   "princess",  "football",   "baseball",      "superman",   "trustno1",  "welcome1", "letmein1",
    "changeme",   "changeme1", "admin123",   "administrator", "q1w2e3r4",   "starwars",  "whatever", "computer"};

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

std::optional<std::string> problem_of_guessable_password(std::string_view password, std::string_view username,
                                                         std::string_view email) {
  if (equal_ignoring_case(password, username)) return "is the username";
  if (!email.empty() && equal_ignoring_case(password, email)) return "is the email";
  if (!password.empty() && password.find_first_not_of(password.front()) == password.npos)
    return "is one character again and again";
  if (std::ranges::any_of(common_passwords, [&](auto common) { return equal_ignoring_case(password, common); }))
    return "is one of the most common ones";
  return std::nullopt;
}

}  // namespace bearward::store
