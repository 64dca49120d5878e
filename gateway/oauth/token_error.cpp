#include "oauth/token_error.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "http/problem.h"
#include "http/validation_error.h"
#include "oauth/uncacheable.h"

namespace bearward::oauth {
namespace {

namespace json = boost::json;

/// What FastAPI answers to a form that its OAuth2PasswordRequestForm does not take; an empty list: nothing.
std::vector<http::ValidationError> validation_errors(const TokenError& error) {
  std::vector<http::ValidationError> errors;
  for (const std::string_view name : error.missing)
    errors.push_back({.type = "missing", .location = {"body", name}, .message = "Field required"});
  if (error.code == TokenErrorCode::unsupported_grant_type) {
    std::string asked_for;
    http::append_json_string(asked_for, error.grant_type);
    errors.push_back({.type = "string_pattern_mismatch",
                      .location = {"body", "grant_type"},
                      .message = "String should match pattern '^password$'",
                      .input = std::move(asked_for),
                      .context = R"({"pattern":"^password$"})"});
  }
  return errors;
}

/// RFC 6749 §5.2 and RFC 9110 §15.5.2: a 401 names the scheme, RFC 7617 §2 its realm.
constexpr std::string_view basic_challenge = "WWW-Authenticate: Basic realm=\"token endpoint\"\r\n";

http::Response to_fastapi(const TokenError& error) {
  if (error.code == TokenErrorCode::invalid_grant) {
    http::Response response = http::detail_only(401, error.description);
    response.own_fields += "WWW-Authenticate: Bearer\r\n";
    return response;
  }
  const std::vector<http::ValidationError> errors = validation_errors(error);
  if (errors.empty()) {
    http::Response response = http::detail_only(error.status, error.description);
    if (error.status == 401) response.own_fields += basic_challenge;
    return response;
  }
  return http::validation_errors(errors);
}

http::Response to_rfc6749(const TokenError& error) {
  const json::object body{{"error", to_string(error.code)}, {"error_description", error.description}};
  http::Response response = http::json_response(error.status, json::serialize(body));
  if (error.status == 401) response.own_fields += basic_challenge;
  return response;
}

}  // namespace

std::string_view to_string(TokenErrorCode code) {
  switch (code) {
    case TokenErrorCode::invalid_request:
      return "invalid_request";
    case TokenErrorCode::invalid_client:
      return "invalid_client";
    case TokenErrorCode::invalid_grant:
      return "invalid_grant";
    case TokenErrorCode::unauthorized_client:
      return "unauthorized_client";
    case TokenErrorCode::unsupported_grant_type:
      return "unsupported_grant_type";
    case TokenErrorCode::unsupported_response_type:
      return "unsupported_response_type";
    case TokenErrorCode::invalid_scope:
      return "invalid_scope";
    case TokenErrorCode::temporarily_unavailable:
      return "temporarily_unavailable";
  }
  return "invalid_request";
}

TokenError TokenError::invalid_request(std::string_view description) { return {.description = description}; }

TokenError TokenError::missing_parameters(std::vector<std::string_view> names, std::string_view description) {
  return {.description = description, .missing = std::move(names)};
}

TokenError TokenError::content_too_large() {
  return {.status = 413, .description = "the content is larger than 64 KiB"};
}

TokenError TokenError::invalid_client() {
  return {.code = TokenErrorCode::invalid_client,
          .status = 401,
          .description = "the client is not registered, or did not prove who it is"};
}

TokenError TokenError::unauthorized_client() {
  return {.code = TokenErrorCode::unauthorized_client, .description = "the client may not use this grant"};
}

TokenError TokenError::wrong_password() {
  return {.code = TokenErrorCode::invalid_grant, .description = "Incorrect username or password"};
}

TokenError TokenError::bad_refresh_token() {
  return {.code = TokenErrorCode::invalid_grant, .description = "the refresh token is not valid; log in again"};
}

TokenError TokenError::unsupported_response_type() {
  return {.code = TokenErrorCode::unsupported_response_type,
          .description = "this is no authorization endpoint; ask with a grant_type"};
}

TokenError TokenError::unsupported_grant_type(std::string_view grant_type) {
  return {.code = TokenErrorCode::unsupported_grant_type,
          .description = "the grant type is not supported; use password, refresh_token or client_credentials",
          .grant_type = std::string(grant_type)};
}

TokenError TokenError::invalid_scope(std::string_view description) {
  return {.code = TokenErrorCode::invalid_scope, .description = description};
}

TokenError TokenError::too_many_failures(std::uint64_t retry_after) {
  return {.code = TokenErrorCode::temporarily_unavailable,
          .status = 429,
          .description = "too many failed logins; try again after the seconds that Retry-After says",
          .retry_after = retry_after};
}

TokenError TokenError::unavailable(std::string_view description) {
  return {.code = TokenErrorCode::temporarily_unavailable, .status = 503, .description = description, .retry_after = 1};
}

http::Response to_response(const TokenError& error, config::Compatibility compatibility) {
  http::Response response = compatibility == config::Compatibility::fastapi ? to_fastapi(error) : to_rfc6749(error);
  if (error.retry_after != 0) response.own_fields += "Retry-After: " + std::to_string(error.retry_after) + "\r\n";
  make_uncacheable(response);
  return response;
}

}  // namespace bearward::oauth
