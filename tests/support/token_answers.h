#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "support/http_message.h"

namespace bearward::testing {

inline constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
inline constexpr std::string_view alice_login = "username=alice&password=correct+horse+battery+staple";

/// The JSON object of an answer; empty where it has none.
inline boost::json::object object_in(const Response& response) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(response.content, error);
  return !error && value.is_object() ? value.get_object() : boost::json::object{};
}

inline std::string text_in(const Response& response, std::string_view member) {
  const boost::json::object object = object_in(response);
  const boost::json::value* value = object.if_contains(member);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

}  // namespace bearward::testing
