#include "pipeline/rejection.h"

#include "http/challenge.h"
#include "http/problem.h"

namespace bearward::pipeline {
namespace {

/// Starlette's CORSMiddleware has an answer of its own.
bool is_preflight(const Rejection& rejection) { return rejection.step == "answer_preflight"; }

/// The status of a refusal where FastAPI's tutorial has another.
int fastapi_status(const Rejection& rejection) {
  if (rejection.inactive_user || is_preflight(rejection)) return 400;
  return rejection.error == "invalid_request" ? 401 : rejection.status;
}

/// The words that front ends of FastAPI's tutorial compare with.
std::string_view fastapi_detail(const Rejection& rejection) {
  if (rejection.inactive_user) return "Inactive user";
  if (is_preflight(rejection)) return "Disallowed CORS origin";
  const std::string_view own = rejection.detail.empty() ? http::reason_phrase(rejection.status) : rejection.detail;
  switch (rejection.status) {
    case 400:
      if (!rejection.challenge) return own;
      [[fallthrough]];
    case 401:
      return rejection.error.empty() ? "Not authenticated" : "Could not validate credentials";
    case 403:
      return "Not enough permissions";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    default:
      return own;
  }
}

}  // namespace

Rejection Rejection::unreadable(int status, std::string_view reason) {
  return {.status = status, .step = "read", .reason = reason};
}

Rejection Rejection::ambiguous_path() {
  return {.status = 400,
          .step = "match_route",
          .reason = "path_parameter",
          .detail = "with and without its path parameters the path belongs to different routes"};
}

Rejection Rejection::no_route() {
  return {.status = 404, .step = "match_route", .reason = "no_route", .detail = "no route matches this request"};
}

Rejection Rejection::origin_not_allowed() {
  return {.status = 403,
          .step = "answer_preflight",
          .reason = "origin",
          .detail = "pages of this origin may not send the request"};
}

Rejection Rejection::method_not_allowed(std::string allow) {
  Rejection rejection{
      .status = 405, .step = "match_route", .reason = "method", .detail = "the path has no such method"};
  rejection.allow = std::move(allow);
  return rejection;
}

Rejection Rejection::no_credentials() {
  return {.status = 401,
          .step = "authenticate",
          .reason = "no_token",
          .detail = "a bearer token is required",
          .challenge = true};
}

Rejection Rejection::invalid_request(std::string_view reason) {
  return {.status = 400,
          .step = "authenticate",
          .reason = reason,
          .detail = "the credentials are malformed",
          .error = "invalid_request",
          .challenge = true};
}

Rejection Rejection::invalid_token(std::string_view reason) {
  return {.status = 401,
          .step = "authenticate",
          .reason = reason,
          .detail = "the access token is expired, revoked, malformed or otherwise not valid",
          .error = "invalid_token",
          .challenge = true};
}

Rejection Rejection::inactive() {
  Rejection rejection = invalid_token("user_disabled");
  rejection.inactive_user = true;
  return rejection;
}

Rejection Rejection::insufficient_scope(std::string scope) {
  Rejection rejection{.status = 403,
                      .step = "authorize",
                      .reason = "scopes",
                      .detail = "the access token has too little scope",
                      .error = "insufficient_scope",
                      .challenge = true};
  rejection.scope = std::move(scope);
  return rejection;
}

Rejection Rejection::forbidden(std::string_view reason) {
  return {.status = 403, .step = "authorize", .reason = reason, .detail = "access to this resource is denied"};
}

Rejection Rejection::too_many_requests(std::uint64_t retry_after, std::string fields) {
  return {.status = 429,
          .step = "limit_rate",
          .reason = "rate_limit",
          .detail = "too many requests; try again after the seconds that Retry-After says",
          .retry_after = retry_after,
          .fields = std::move(fields)};
}

Rejection Rejection::unavailable(std::string_view step, std::string_view reason) {
  return {
      .status = 503, .step = step, .reason = reason, .detail = "the request cannot be decided now", .retry_after = 1};
}

Rejection Rejection::overloaded(std::string_view step) {
  Rejection rejection = unavailable(step, "overload");
  rejection.detail = "the gateway has too much to do now";
  return rejection;
}

Rejection Rejection::bad_content(int status, std::string_view reason) {
  Rejection rejection{
      .status = status, .step = "forward", .reason = reason, .detail = "the content is malformed or was cut short"};
  if (status == 413) rejection.detail = "the content is too large";
  if (status == 408) rejection.detail = "the content did not arrive in time";
  return rejection;
}

Rejection Rejection::client_gone() {
  return {.status = 499, .step = "forward", .reason = "client_gone", .detail = "the client closed the connection"};
}

Rejection Rejection::loop_detected() {
  return {.status = 508,
          .step = "forward",
          .reason = "via_loop",
          .detail = "the request has come through this gateway, or others of its name, too often"};
}

Rejection Rejection::not_forwardable(int status, std::string_view reason, std::string_view detail) {
  return {.status = status, .step = "forward", .reason = reason, .detail = detail};
}

Rejection Rejection::no_upstream(std::string_view reason) {
  return {.status = 503,
          .step = "forward",
          .reason = reason,
          .detail = "the upstream cannot take the request now",
          .retry_after = true};
}

Rejection Rejection::upstream(int status, std::string_view reason) {
  return {.status = status,
          .step = "forward",
          .reason = reason,
          .detail = status == 504 ? "the upstream did not answer in time"
                                  : "the upstream could not be reached or gave no valid answer"};
}

http::Response to_response(const Rejection& rejection, config::Compatibility compatibility,
                           std::string_view request_id) {
  const bool fastapi = compatibility == config::Compatibility::fastapi;
  http::Response response = fastapi ? http::detail_only(fastapi_status(rejection), fastapi_detail(rejection))
                                    : http::problem(rejection.status, rejection.detail);
  std::string& fields = response.own_fields;
  if (rejection.challenge && !(fastapi && rejection.inactive_user)) {
    fields += "WWW-Authenticate: ";
    fields += fastapi ? std::string("Bearer") : http::bearer_challenge(rejection.error, {}, rejection.scope);
    fields += "\r\n";
  }
  if (!rejection.allow.empty()) fields += "Allow: " + rejection.allow + "\r\n";
  if (rejection.retry_after != 0) fields += "Retry-After: " + std::to_string(rejection.retry_after) + "\r\n";
  fields += rejection.fields;
  fields += "X-Request-Id: ";
  fields += request_id;
  fields += "\r\n";
  return response;
}

}  // namespace bearward::pipeline
