#include "endpoint/user_body.h"

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

namespace bearward::endpoint {
namespace {

boost::json::value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return boost::json::string(text);
}

}  // namespace

boost::json::object user_body(const identity::User& user, config::Compatibility compatibility) {
  boost::json::object body;
  body["username"] = user.username;
  body["email"] = text_or_null(user.email);
  body["full_name"] = text_or_null(user.full_name);
  body["roles"] = boost::json::array(user.roles.begin(), user.roles.end());
  body["disabled"] = user.disabled;
  if (compatibility == config::Compatibility::fastapi) body["is_active"] = !user.disabled;
  return body;
}

}  // namespace bearward::endpoint
