#include "endpoint/me_endpoint.h"

#include <boost/json/serialize.hpp>

#include "endpoint/user_body.h"
#include "http/problem.h"
#include "oauth/uncacheable.h"

namespace bearward::endpoint {

using config::Compatibility;

std::optional<http::Response> refuse_me_method(std::string_view method, Compatibility compatibility) {
  if (method == "GET" || method == "HEAD") return std::nullopt;
  http::Response response = compatibility == Compatibility::fastapi
                                ? http::detail_only(405, "Method Not Allowed")
                                : http::problem(405, "the user is asked for with GET");
  response.own_fields += "Allow: GET, HEAD\r\n";
  return response;
}

http::Response answer_me(const identity::Principal& principal, Compatibility compatibility) {
  http::Response response;
  if (principal.user) {
    response = http::json_response(200, boost::json::serialize(user_body(*principal.user, compatibility)));
  } else if (compatibility == Compatibility::fastapi) {
    response = http::detail_only(403, "Not enough permissions");
  } else {
    response = http::problem(403, "the access token is a client's own, not a user's");
  }
  oauth::make_uncacheable(response);
  return response;
}

}  // namespace bearward::endpoint
