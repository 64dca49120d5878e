#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/endpoints.h"
#include "http/message.h"

namespace bearward::oauth {

/// Spelled as in RFC 6749 §5.2; of §4.1.2.1 are `unsupported_response_type` and, for a 429 and a 503,
/// `temporarily_unavailable`.
enum class TokenErrorCode : std::uint8_t {
  invalid_request,
  invalid_client,
  invalid_grant,
  unauthorized_client,
  unsupported_grant_type,
  unsupported_response_type,
  invalid_scope,
  temporarily_unavailable,
};

std::string_view to_string(TokenErrorCode code);

/// Why the token endpoint grants nothing. `description` is a text of our own, of the characters that RFC
/// 6749 §5.2 allows: no quote, no backslash, nothing of the request.
struct TokenError {
  TokenErrorCode code = TokenErrorCode::invalid_request;
  int status = 400;
  std::string_view description{};
  std::vector<std::string_view> missing{};  // parameters without which the request is none
  std::string grant_type{};                 // of unsupported_grant_type: what was asked for
  std::uint64_t retry_after = 0;            // seconds; zero: not said

  static TokenError invalid_request(std::string_view description);
  static TokenError missing_parameters(std::vector<std::string_view> names, std::string_view description);
  static TokenError content_too_large();
  static TokenError invalid_client();
  /// A registered client that may not use the grant.
  static TokenError unauthorized_client();
  /// The one answer to an unknown user, a wrong password and a disabled user.
  static TokenError wrong_password();
  /// The one answer to a refresh token that is unknown, expired, used, another client's, or whose user may not
  /// log in any more.
  static TokenError bad_refresh_token();
  static TokenError unsupported_response_type();
  static TokenError unsupported_grant_type(std::string_view grant_type);
  static TokenError invalid_scope(std::string_view description);
  /// The one answer to a login, right or wrong, whose name or network has failed too often (login_protection).
  static TokenError too_many_failures(std::uint64_t retry_after);
  static TokenError unavailable(std::string_view description);
};

/// The response: a body of RFC 6749 §5.2, or under `fastapi` the status codes and {"detail": ...} bodies
/// that FastAPI's OAuth2PasswordRequestForm and its tutorial's login give. Never to be stored.
http::Response to_response(const TokenError& error, config::Compatibility compatibility);

}  // namespace bearward::oauth
