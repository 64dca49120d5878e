#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward::store {

/// What a new user may be called, and more: rules for what is written through a command, the admin
/// listener or a sign-up. Each gives nullopt, or what is wrong in words for the person who typed it,
/// without the value. Rows made in other ways are read as they are.

/// 1 to 128 bytes of UTF-8 without control characters, white space, invisible characters, and without
/// `/` `\` `:` `,`; not `.` or `..`: the name goes into paths, lists of header fields and log lines.
std::optional<std::string> problem_of_username(std::string_view username);
/// Up to 254 bytes (RFC 5321 §4.5.3.1.3), text on both sides of one `@`, no white space, comma or control
/// character. Empty: none.
std::optional<std::string> problem_of_email(std::string_view email);
/// Up to 256 bytes of UTF-8 without control characters. May be empty.
std::optional<std::string> problem_of_full_name(std::string_view full_name);
/// 1 to 64 visible ASCII characters without comma, quote and backslash: upstreams get roles as one list.
std::optional<std::string> problem_of_role(std::string_view role);
/// At least 8 bytes; what a scheme can keep besides is crypto's to say (crypto/password_hash.h).
std::optional<std::string> problem_of_password(std::string_view password);
/// Whether a stranger's password is among the first that anybody would try: the user's own name or email in any
/// case, one character again and again, or one of those that lists of leaked passwords begin with.
std::optional<std::string> problem_of_guessable_password(std::string_view password, std::string_view username,
                                                         std::string_view email);

inline constexpr std::size_t max_roles = 64;

}  // namespace bearward::store
