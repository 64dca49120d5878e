#include "probe/find_decision.h"

#include "probe/connection.h"

namespace bearward::probe {
namespace {

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
        c == '.') {
      encoded += c;
    } else {
      encoded += {'%', digits[octet >> 4U], digits[octet & 0xfU]};
    }
  }
  return encoded;
}

}  // namespace

Result<std::optional<std::string>, std::string> find_decision(const config::Address& admin,
                                                              std::string_view request_id) {
  const std::string host = admin.host.find(':') == std::string::npos ? admin.host : "[" + admin.host + "]";
  const std::string request = "GET /v1/decisions/" + percent_encoded(request_id) + " HTTP/1.1\r\nHost: " + host + ":" +
                              std::to_string(admin.port) + "\r\nConnection: close\r\n\r\n";
  auto answer = send_bytes({.host = admin.host, .port = admin.port, .server_name = {}, .ca_file = {}}, request);
  if (!answer) return std::unexpected(std::move(answer.error()));
  if (answer->status == 200) return std::move(answer->content);
  if (answer->status == 404) return std::nullopt;
  return std::unexpected("the admin listener answered " + std::to_string(answer->status));
}

}  // namespace bearward::probe
