#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bearward::http {

namespace detail {
/// For each octet its folded form if it may stand in a field name (tchar, RFC 9110 §5.6.2), else 0.
constexpr std::array<char, 256> make_fold_table() {
  std::array<char, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c - 'A' + 'a');
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = static_cast<char>(c);
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) table[static_cast<unsigned char>(c)] = '_';
  return table;
}
inline constexpr std::array<char, 256> fold_table = make_fold_table();
}  // namespace detail

/// CGI, WSGI and PHP servers hand a field on as HTTP_NAME, upper-cased, with each `-` (some: each mark)
/// made `_`: X-Forwarded-User, x_forwarded_user and X.Forwarded.User arrive as one. This is that
/// spelling, in lower case; 0 where `c` cannot stand in a field name at all.
constexpr char folded(char c) { return detail::fold_table[static_cast<unsigned char>(c)]; }

constexpr bool is_token(std::string_view text) {
  for (const char c : text) {
    if (folded(c) == 0) return false;
  }
  return !text.empty();
}

/// FNV-1a over the folded spelling: equal for all names that such a server takes for one.
constexpr std::uint32_t folded_hash_step(std::uint32_t hash, char folded_char) {
  return (hash ^ static_cast<unsigned char>(folded_char)) * 16777619U;
}
inline constexpr std::uint32_t folded_hash_start = 2166136261U;

constexpr std::uint32_t folded_hash(std::string_view name) {
  std::uint32_t hash = folded_hash_start;
  for (const char c : name) hash = folded_hash_step(hash, folded(c));
  return hash;
}

constexpr bool folded_equal(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (folded(a[i]) != folded(b[i])) return false;
  }
  return true;
}

/// ASCII case-insensitive, as field names and many tokens compare (RFC 9110 §5.1).
constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) {
  constexpr auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

/// May `c` stand in a field value (RFC 9110 §5.5): visible ASCII, space, tab, obs-text. No other control.
constexpr bool is_field_value_char(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet == '\t' || (octet >= 0x20 && octet != 0x7f);
}

constexpr bool is_field_value(std::string_view text) {
  for (const char c : text) {
    if (!is_field_value_char(c)) return false;
  }
  return true;
}

}  // namespace bearward::http
