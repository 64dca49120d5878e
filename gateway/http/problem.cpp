#include "http/problem.h"

namespace bearward::http {
namespace {

Response with_body(int status, std::string_view content_type, std::string body) {
  Response response;
  response.status = status;
  response.own_fields = "Content-Type: ";
  response.own_fields += content_type;
  response.own_fields += "\r\n";
  response.body = std::move(body);
  return response;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet == 0x7f) {
      out += "\\u00";
      out += hex[octet >> 4U];
      out += hex[octet & 15U];
    } else {
      out += c;
    }
  }
  out += '"';
}

Response problem(int status, std::string_view detail) {
  std::string body = "{\"type\":\"about:blank\",\"title\":";
  append_json_string(body, reason_phrase(status));
  body += ",\"status\":";
  body += std::to_string(status);
  if (!detail.empty()) {
    body += ",\"detail\":";
    append_json_string(body, detail);
  }
  body += '}';
  return with_body(status, "application/problem+json", std::move(body));
}

Response detail_only(int status, std::string_view detail) {
  std::string body = "{\"detail\":";
  append_json_string(body, detail);
  body += '}';
  return with_body(status, "application/json", std::move(body));
}

Response json_response(int status, std::string body) { return with_body(status, "application/json", std::move(body)); }

}  // namespace bearward::http
