#include "admin/config_masks.h"

#include <algorithm>

namespace bearward::admin {
namespace {

/// RFC 3986 §2.1 and §2.3: so that a name with '@' or ':' in it is still one.
std::string percent_encode(std::string_view text) {
  constexpr std::string_view unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (unreserved.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      (encoded += '%') += digits[octet >> 4U];
      encoded += digits[octet & 15U];
    }
  }
  return encoded;
}

}  // namespace

std::string without_password(const config::RedisServer& server) {
  std::string url = "redis://";
  if (!server.password.empty()) {
    (url += percent_encode(server.username)) += ':';
    (url += masked) += '@';
  } else if (!server.username.empty()) {
    (url += masked) += '@';
  }
  const bool is_v6 = server.host.find(':') != std::string::npos;
  url += is_v6 ? "[" + server.host + "]" : server.host;
  return url + ":" + std::to_string(server.port) + "/" + std::to_string(server.database);
}

std::string without_query(std::string_view text) {
  const std::size_t query = text.find('?');
  std::string shown(text.substr(0, query));
  if (query != std::string_view::npos) (shown += '?') += masked;
  return shown;
}

std::string without_fixed_text(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t open = std::min(text.find('{'), text.size());
    shown += open > 1 ? masked : text.substr(0, open);
    text.remove_prefix(open);
    const std::size_t close = text.find('}');
    const std::string_view variable = text.substr(0, close == std::string_view::npos ? close : close + 1);
    shown += variable;
    text.remove_prefix(variable.size());
  }
  return shown;
}

}  // namespace bearward::admin
