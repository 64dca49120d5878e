#include "oauth/token_response.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "http/problem.h"
#include "oauth/uncacheable.h"

namespace bearward::oauth {

http::Response to_response(const TokenResponse& answer) {
  boost::json::object body{
      {"access_token", answer.access_token}, {"token_type", "bearer"}, {"expires_in", answer.expires_in.count()}};
  if (!answer.refresh_token.empty()) body["refresh_token"] = answer.refresh_token.reveal();
  body["scope"] = answer.scope;
  if (!answer.username.empty()) body["username"] = answer.username;
  http::Response response = http::json_response(200, boost::json::serialize(body));
  make_uncacheable(response);
  return response;
}

}  // namespace bearward::oauth
