#include "token/jws.h"

#include <algorithm>

#include "base/base64url.h"
#include "token/strict_json.h"

namespace bearward::token {
namespace {

namespace json = boost::json;

/// Members that must not be there. `crit` names extensions we would have to know, and we know none
/// (RFC 7515 §4.1.11); `b64` changes what is signed (RFC 7797); the others bring or fetch the key that the token
/// is to be judged by (RFC 8725 §3.10).
constexpr std::string_view forbidden[] = {"crit", "b64", "jwk", "jku", "x5u", "x5c"};

/// Sets `text` from an optional string member; false when it is there and no string.
bool read_string(const json::object& object, std::string_view name, std::optional<std::string>& text) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return true;
  const json::string* string = value->if_string();
  if (string == nullptr) return false;
  text.emplace(string->data(), string->size());
  return true;
}

// By hand: std::tolower follows the process's locale.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, {}, lower);
}

}  // namespace

Result<CompactJws, TokenError> split_compact(std::string_view token) {
  if (token.size() > max_token_bytes) return std::unexpected(TokenError::too_large);
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) return std::unexpected(TokenError::malformed);
  const CompactJws jws{.header = token.substr(0, first),
                       .payload = token.substr(first + 1, second - first - 1),
                       .signature = token.substr(second + 1),
                       .signing_input = token.substr(0, second)};
  if (jws.header.empty() || jws.signature.empty()) return std::unexpected(TokenError::malformed);
  return jws;
}

Result<JoseHeader, TokenError> parse_header(std::string_view header_part) {
  const auto text = base64url_decode(header_part);
  if (!text) return std::unexpected(TokenError::malformed);
  const auto members = parse_strict_object(*text);
  if (!members) return std::unexpected(TokenError::malformed);
  JoseHeader header;
  std::optional<std::string> algorithm;
  if (!read_string(*members, "alg", algorithm) || !algorithm || !read_string(*members, "kid", header.kid) ||
      !read_string(*members, "typ", header.type))
    return std::unexpected(TokenError::malformed);
  for (const std::string_view name : forbidden)
    if (members->contains(name)) return std::unexpected(TokenError::forbidden_header);
  const auto known = crypto::algorithm_named(*algorithm);
  if (!known) return std::unexpected(TokenError::unsupported_algorithm);
  header.algorithm = *known;
  return header;
}

bool is_access_token_type(const std::optional<std::string>& type) {
  if (!type) return true;
  constexpr std::string_view prefix = "application/";
  std::string_view name = *type;
  if (equal_ignoring_case(name.substr(0, prefix.size()), prefix)) name.remove_prefix(prefix.size());
  return equal_ignoring_case(name, "jwt") || equal_ignoring_case(name, "at+jwt");
}

}  // namespace bearward::token
