#include "policy/path_pattern.h"

#include <algorithm>
#include <optional>

#include "policy/percent_encoding.h"

namespace bearward::policy {
namespace {

using Error = std::optional<std::string>;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// RFC 3986 §2.3: never escaped in a normalised path.
constexpr bool is_unreserved(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '~'; }

std::string in_quotes(std::string_view text) { return "\"" + std::string{text} + "\""; }

bool is_parameter_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

Error check_escape(std::string_view escape) {
  const bool whole =
      escape.size() == 3 && DecodedOctets::hex_value(escape[1]) >= 0 && DecodedOctets::hex_value(escape[2]) >= 0;
  if (!whole) return "a % has to begin an escape such as %20; write %25 for the character itself";
  const char c = DecodedOctets(escape).next();
  if (c == '/' || c == '\\' || c == 0) return "no request with " + in_quotes(escape) + " is let in; leave it out";
  if (is_unreserved(c)) return "requests arrive with " + in_quotes(escape) + " decoded; write " + in_quotes({&c, 1});
  return std::nullopt;
}

Error check_literal(std::string_view segment) {
  const std::string_view name = segment.substr(0, segment.find(';'));
  if (name == "." || name == "..") return "requests arrive without dot segments; leave " + in_quotes(segment) + " out";
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const auto octet = static_cast<unsigned char>(segment[i]);
    switch (segment[i]) {
      case '{':
      case '}':
        return "a {parameter} is a whole segment; found " + in_quotes(segment);
      case '*':
        return "found " + in_quotes(segment) +
               ", expected {name} for one segment or ** for the rest; write %2A for the character itself";
      case '?':
      case '#':
        return "a path has no " + in_quotes(segment.substr(i, 1)) + "; a query cannot be matched";
      case '\\':
        return "no request with a backslash is let in; leave it out";
      case '%':
        if (auto error = check_escape(segment.substr(i, 3))) return error;
        break;
      default:
        if (octet <= 0x20 || octet == 0x7f)
          return "found a space or control character in " + in_quotes(segment) + ", expected an escape such as %20";
    }
  }
  return std::nullopt;
}

Error add_segment(PathPattern& pattern, std::string_view segment) {
  const bool parameter = segment.size() >= 2 && segment.front() == '{' && segment.back() == '}';
  if (!parameter) {
    if (auto error = check_literal(segment)) return error;
    pattern.segments.push_back({PathSegment::Kind::literal, percent_decoded(segment)});
    return std::nullopt;
  }
  std::string name{segment.substr(1, segment.size() - 2)};
  if (!is_parameter_name(name)) {
    return "found {" + name + "}, expected a name of letters, digits and _ that does not begin with a digit";
  }
  if (std::ranges::find(pattern.parameters, name) != pattern.parameters.end()) {
    return "the parameter {" + name + "} stands here twice; give each its own name";
  }
  if (pattern.parameters.size() == PathPattern::max_parameters) {
    return "more than " + std::to_string(PathPattern::max_parameters) + " parameters; split the route or use **";
  }
  pattern.parameters.push_back(name);
  pattern.segments.push_back({PathSegment::Kind::parameter, std::move(name)});
  return std::nullopt;
}

}  // namespace

Result<PathPattern, std::string> PathPattern::parse(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return std::unexpected("found path " + in_quotes(text) + ", expected one that begins with /");
  }
  PathPattern pattern;
  pattern.text = text;
  std::string_view rest = text.substr(1);
  for (bool last = false; !last;) {
    const std::size_t slash = rest.find('/');
    last = slash == std::string_view::npos;
    const std::string_view segment = rest.substr(0, slash);
    if (!last) rest.remove_prefix(slash + 1);
    if (segment.empty() && !last) return std::unexpected("requests arrive with // merged; write one /");
    if (segment == "**") {
      if (!last) return std::unexpected("** has to be the last segment; use {name} for one segment in between");
      pattern.tail = true;
      break;
    }
    if (auto error = add_segment(pattern, segment)) return std::unexpected(std::move(*error));
    if (pattern.segments.size() > max_segments) {
      return std::unexpected("more than " + std::to_string(max_segments) + " segments; use ** for the rest");
    }
  }
  return pattern;
}

}  // namespace bearward::policy
