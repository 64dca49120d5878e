#include "http/validation_error.h"

#include "http/problem.h"

namespace bearward::http {
namespace {

void append(std::string& out, const ValidationError& error) {
  out += "{\"type\":";
  append_json_string(out, error.type);
  out += ",\"loc\":[";
  for (std::size_t i = 0; i < error.location.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, error.location[i]);
  }
  out += "],\"msg\":";
  append_json_string(out, error.message);
  out += ",\"input\":" + error.input;
  if (!error.context.empty()) out += ",\"ctx\":" + error.context;
  out += '}';
}

}  // namespace

Response validation_errors(std::span<const ValidationError> errors) {
  std::string body = "{\"detail\":[";
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (i != 0) body += ',';
    append(body, errors[i]);
  }
  body += "]}";
  return json_response(422, std::move(body));
}

}  // namespace bearward::http
