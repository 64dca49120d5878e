#include "policy/host_pattern.h"

#include <algorithm>

#include "base/ip_network.h"

namespace bearward::policy {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_label_char(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

bool is_host_name(std::string_view name) {
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    const std::string_view label = name.substr(begin, end - begin);
    if (label.empty() || label.size() > 63 || !std::ranges::all_of(label, is_label_char)) return false;
    begin = end + 1;
  }
  return name.size() <= max_host_length;
}

bool is_bracketed_ipv6(std::string_view name) {
  return name.size() > 2 && name.front() == '[' && name.back() == ']' && name.find(':') != std::string_view::npos &&
         IpAddress::parse(name.substr(1, name.size() - 2));
}

}  // namespace

Result<HostPattern, std::string> HostPattern::parse(std::string_view text) {
  if (text.empty()) return HostPattern{};
  HostPattern pattern{Kind::exact, std::string{text}};
  std::ranges::transform(pattern.name, pattern.name.begin(), lower);
  if (is_bracketed_ipv6(pattern.name)) return pattern;
  if (text.find(':') != std::string_view::npos) {
    return std::unexpected("found host \"" + std::string{text} +
                           "\", expected a name without a port (an IPv6 address in brackets)");
  }
  if (text == "*") return std::unexpected("found host \"*\"; leave host out to match any");
  if (text.back() == '.') return std::unexpected("hosts compare without the dot at the end; leave it out");
  if (pattern.name.starts_with("*.")) {
    pattern.kind = Kind::wildcard;
    pattern.name.erase(0, 2);
  }
  if (!is_host_name(pattern.name)) {
    return std::unexpected("found host \"" + std::string{text} +
                           "\", expected a name such as api.example.org or *.example.org (in ASCII, xn-- for others)");
  }
  return pattern;
}

std::string HostPattern::to_string() const {
  if (kind == Kind::any) return "*";
  return kind == Kind::wildcard ? "*." + name : name;
}

}  // namespace bearward::policy
