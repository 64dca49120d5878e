#include "config/url.h"

#include <algorithm>

#include "base/ip_network.h"
#include "config/quantity.h"

namespace bearward::config {
namespace {

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; });
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && IpAddress::parse(text).has_value();
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_number(text);
  if (text.size() > 5 || !number || *number == 0 || *number > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

bool read_user(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':');
  url.user = percent_decode(text.substr(0, colon));
  if (!url.user) return false;
  if (colon == std::string_view::npos) return true;
  url.password = percent_decode(text.substr(colon + 1));
  return url.password.has_value();
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos || scheme_end == 0) return std::nullopt;
  Url url;
  for (const char c : text.substr(0, scheme_end)) {
    if (!is_alphanumeric(c) && c != '+') return std::nullopt;
    url.scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  text.remove_prefix(scheme_end + 3);
  const std::size_t path = std::min(text.find_first_of("/?#"), text.size());
  url.path = text.substr(path);
  std::string_view authority = text.substr(0, path);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    if (!read_user(authority.substr(0, at), url)) return std::nullopt;
    authority.remove_prefix(at + 1);
  }
  auto host = parse_host_and_port(authority);
  if (!host) return std::nullopt;
  url.host = std::move(host->host);
  url.port = host->port;
  return url;
}

std::optional<HostAndPort> parse_host_and_port(std::string_view text) {
  HostAndPort result;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_ipv6(text.substr(1, end - 1))) return std::nullopt;
    result.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (!is_host_name(text.substr(0, end))) return std::nullopt;
    result.host = text.substr(0, end);
    port = text.substr(end);
  }
  if (port.empty()) return result;
  if (port.front() != ':') return std::nullopt;
  result.port = parse_port(port.substr(1));
  if (!result.port) return std::nullopt;
  return result;
}

}  // namespace bearward::config
