#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward::http {

/// Takes percent-encoding off (RFC 3986 §2.1), once. nullopt for a `%` that begins no escape and for
/// octets that are not UTF-8 afterwards: nothing is guessed. What is left of a refused text is wiped, and
/// nothing is copied on the way: it may be a password.
std::optional<std::string> percent_decode(std::string_view encoded);

/// The same for application/x-www-form-urlencoded, where `+` is a space.
std::optional<std::string> form_decode(std::string_view encoded);

}  // namespace bearward::http
