#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bearward {

/// RFC 4648 §5 without padding, as JOSE uses it (RFC 7515 §2).
std::string base64url_encode(std::string_view bytes);

/// Strict: nullopt for padding, any character outside the alphabet, a length of 4n+1, and non-zero
/// trailing bits (two spellings of one value would let a token be altered unseen).
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace bearward
