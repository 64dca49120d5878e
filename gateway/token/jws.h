#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/algorithm.h"
#include "token/token_error.h"

namespace bearward::token {

/// Longer tokens are refused before a byte of them is decoded (contract point 5).
inline constexpr std::size_t max_token_bytes = 8 * 1024;

/// The parts of a token in JWS compact serialization (RFC 7515 §7.1), still encoded. Views of it.
struct CompactJws {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signing_input;  // header and payload with the dot between them (§5.1)
};

/// Cuts at the dots: exactly two of them, header and signature not empty. `too_large` or `malformed`.
Result<CompactJws, TokenError> split_compact(std::string_view token);

/// What a JOSE header may say here.
struct JoseHeader {
  crypto::Algorithm algorithm = crypto::Algorithm::HS256;
  std::optional<std::string> kid;
  std::optional<std::string> type;  // `typ` as it came
};

/// Decodes and judges a header before any key is looked for. Errors in the order checked: `malformed`
/// (base64url, UTF-8, JSON, a member twice, a member of the wrong type), `forbidden_header`,
/// `unsupported_algorithm`.
Result<JoseHeader, TokenError> parse_header(std::string_view header_part);

/// Whether `typ` may be an access token's: absent, `JWT` or `at+jwt`, the latter two in any case and with
/// or without `application/` (RFC 7515 §4.1.9, RFC 9068 §4). Keeps out an ID token's or a logout token's.
bool is_access_token_type(const std::optional<std::string>& type);

}  // namespace bearward::token
