#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace bearward::http {

/// A request target, normalised once (RFC 3986 §6.2.2): routing, policy and the upstream see these bytes.
struct Target {
  std::string_view path;       // starts with '/', or is "*" (OPTIONS only)
  std::string_view query;      // with its '?', as it came; empty when there is none
  std::string_view authority;  // of an absolute-form target, `host[:port]`; empty otherwise
};

/// Where a host name and its port stand in a Host field or an absolute-form target.
struct Authority {
  std::string_view host;  // lower case, no trailing dot; an IPv6 address keeps its brackets
  std::string_view port;  // digits, or empty
};

enum class TargetError {
  malformed,           // a character that no URI has, a broken %-escape, an unknown form or scheme
  encoded_separator,   // %2F, %5C or %00: path segments would differ between readers
  climbs_above_root,   // more ".." than segments
  dot_with_parameter,  // "..;x": some servers drop the parameter and then climb
};

/// Parses origin-form, absolute-form (http, https) and "*". Works in place: `raw` is rewritten, and the
/// views point into it. Decodes escaped unreserved characters, upper-cases the other escapes, merges
/// slashes, then removes dot segments.
Result<Target, TargetError> parse_target(std::span<char> raw);

/// Checks and normalises `host[:port]` in place. False for user information, an empty or malformed host,
/// or a port that is no number up to 65535.
bool parse_authority(std::span<char> raw, Authority& authority);

}  // namespace bearward::http
