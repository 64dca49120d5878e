#include "http/target.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ip_network.h"
#include "http/field_syntax.h"

namespace bearward::http {
namespace {

constexpr bool is_unreserved(char c) {  // RFC 3986 §2.3
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Visible ASCII. Stricter than browsers for '#', never sent, and '\', which some servers read as '/';
/// laxer than RFC 3986 for the likes of '|' and '{', which legacy clients send unescaped, unlike quotes and angle
/// brackets.
constexpr bool is_path_char(char c) {
  return c > 0x20 && c < 0x7f && c != '#' && c != '\\' && c != '?' && c != '"' && c != '<' && c != '>';
}
constexpr bool is_query_char(char c) { return c > 0x20 && c < 0x7f && c != '#'; }

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

struct Shape {
  bool valid = true;
  bool needs_rewriting = false;  // an escape, "//", or a segment that begins with '.'
};

Shape inspect(std::string_view path) {
  Shape shape;
  char previous = 0;
  for (const char c : path) {
    if (!is_path_char(c)) shape.valid = false;
    if (c == '%' || (previous == '/' && (c == '/' || c == '.'))) shape.needs_rewriting = true;
    previous = c;
  }
  return shape;
}

/// Do the escapes at the start of `path` begin a UTF-8 sequence longer than its character needs? Lax decoders
/// read "%C0%AE" as '.' and "%C0%AF" as '/'. Two octets are looked at: Latin-1 paths of old clients still pass.
bool is_overlong(std::string_view path) {
  if (path.size() < 6 || path[3] != '%') return false;
  const int first = hex_value(path[1]) * 16 + hex_value(path[2]);
  const int second = hex_value(path[4]) * 16 + hex_value(path[5]);
  const auto continues_below = [&](int end) { return second >= 0x80 && second < end; };
  return ((first == 0xc0 || first == 0xc1) && continues_below(0xc0)) || (first == 0xe0 && continues_below(0xa0)) ||
         (first == 0xf0 && continues_below(0x90));
}

/// Decodes and merges in place; returns the new length.
Result<std::size_t, TargetError> decode(std::span<char> path) {
  std::size_t out = 0;
  for (std::size_t in = 0; in < path.size(); ++in) {
    char c = path[in];
    if (c == '%') {
      if (in + 2 >= path.size()) return std::unexpected(TargetError::malformed);
      const int high = hex_value(path[in + 1]);
      const int low = hex_value(path[in + 2]);
      if (high < 0 || low < 0) return std::unexpected(TargetError::malformed);
      const auto decoded = static_cast<char>(high * 16 + low);
      if (decoded == '/' || decoded == '\\' || decoded == 0) return std::unexpected(TargetError::encoded_separator);
      if (is_overlong({&path[in], path.size() - in})) return std::unexpected(TargetError::malformed);
      if (!is_unreserved(decoded)) {
        const char escape[3] = {'%', upper(path[in + 1]), upper(path[in + 2])};
        std::memcpy(&path[out], escape, 3);
        out += 3;
        in += 2;
        continue;
      }
      c = decoded;
      in += 2;
    }
    if (c == '/' && out > 0 && path[out - 1] == '/') continue;
    path[out++] = c;
  }
  return out;
}

/// RFC 3986 §5.2.4 on a path without empty segments, in place; returns the new length.
Result<std::size_t, TargetError> remove_dot_segments(std::span<char> path) {
  std::size_t out = 0;
  std::size_t in = 0;
  while (in < path.size()) {  // path[in] is the '/' before a segment
    const auto* slash = static_cast<const char*>(std::memchr(&path[in] + 1, '/', path.size() - in - 1));
    const std::size_t end = slash == nullptr ? path.size() : static_cast<std::size_t>(slash - path.data());
    const std::string_view segment(&path[in] + 1, end - in - 1);
    // Encoded too: who decodes before taking parameters off reads "..%3B" as "..".
    const std::string_view name = segment.substr(0, std::min(segment.find(';'), segment.find("%3B")));
    const bool dots = name == "." || name == "..";
    if (dots && name.size() != segment.size()) return std::unexpected(TargetError::dot_with_parameter);
    if (name == "..") {
      if (out == 0) return std::unexpected(TargetError::climbs_above_root);
      while (path[--out] != '/') {
      }
    }
    if (!dots) {
      std::memmove(&path[out], &path[in], end - in);
      out += end - in;
    } else if (end == path.size()) {
      path[out++] = '/';  // "/a/." and "/a/b/.." name a folder: "/a/"
    }
    in = end;
  }
  if (out == 0) path[out++] = '/';
  return out;
}

Result<std::string_view, TargetError> normalise(std::span<char> path) {
  const Shape shape = inspect({path.data(), path.size()});
  if (!shape.valid) return std::unexpected(TargetError::malformed);
  if (!shape.needs_rewriting) return std::string_view(path.data(), path.size());
  const auto decoded = decode(path);
  if (!decoded) return std::unexpected(decoded.error());
  const auto clean = remove_dot_segments(path.first(*decoded));
  if (!clean) return std::unexpected(clean.error());
  return std::string_view(path.data(), *clean);
}

/// The length of `scheme://`, or 0.
std::size_t scheme_length(std::string_view raw) {
  for (const std::string_view scheme : {std::string_view{"http://"}, std::string_view{"https://"}}) {
    if (raw.size() > scheme.size() && equal_ignoring_case(raw.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

bool is_host_name(std::string_view host) {
  return std::ranges::all_of(host, [](char c) { return is_unreserved(c) && c != '~'; }) &&
         host.find("..") == std::string_view::npos && host.front() != '.' && host.back() != '.';
}

}  // namespace

Result<Target, TargetError> parse_target(std::span<char> raw) {
  if (raw.empty()) return std::unexpected(TargetError::malformed);
  Target target;
  const std::string_view text(raw.data(), raw.size());
  if (text == "*") {
    target.path = text;
    return target;
  }
  std::size_t path_begin = 0;
  if (raw[0] != '/') {
    const std::size_t scheme = scheme_length(text);
    if (scheme == 0) return std::unexpected(TargetError::malformed);
    path_begin = std::min(text.find_first_of("/?", scheme), text.size());
    target.authority = text.substr(scheme, path_begin - scheme);
    if (target.authority.empty()) return std::unexpected(TargetError::malformed);
  }
  const std::size_t path_end = std::min(text.find('?', path_begin), text.size());
  target.query = text.substr(path_end);
  if (!std::ranges::all_of(target.query, is_query_char)) return std::unexpected(TargetError::malformed);
  if (path_begin == path_end) {
    target.path = "/";  // "http://host" and "http://host?query": RFC 9112 §3.2.2
    return target;
  }
  const auto path = normalise(raw.subspan(path_begin, path_end - path_begin));
  if (!path) return std::unexpected(path.error());
  target.path = *path;
  return target;
}

bool parse_authority(std::span<char> raw, Authority& authority) {
  for (char& c : raw) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const std::string_view text(raw.data(), raw.size());
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t host_end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
  if (host_end == std::string_view::npos) return false;
  authority.host = text.substr(0, bracketed ? host_end + 1 : host_end);
  std::string_view rest = text.substr(authority.host.size());
  if (!rest.empty()) {
    if (rest.front() != ':') return false;
    rest.remove_prefix(1);
    unsigned port = 0;
    for (const char c : rest) {
      if (c < '0' || c > '9') return false;
      port = port * 10 + static_cast<unsigned>(c - '0');
      if (port > 65535) return false;
    }
  }
  authority.port = rest;
  if (bracketed) {
    const auto address = IpAddress::parse(authority.host.substr(1, authority.host.size() - 2));
    return address && authority.host.find(':') != std::string_view::npos;
  }
  // "gateway.test." is the same name as "gateway.test": a route of the one holds for the other.
  if (authority.host.size() > 1 && authority.host.back() == '.') authority.host.remove_suffix(1);
  return !authority.host.empty() && is_host_name(authority.host);
}

}  // namespace bearward::http
