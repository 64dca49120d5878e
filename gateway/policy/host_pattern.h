#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bearward::policy {

/// The `host` of a route. Hosts compare without case and without port.
struct HostPattern {
  enum class Kind : std::uint8_t { any, wildcard, exact };
  Kind kind = Kind::any;
  std::string name;  // lower case; of `*.example.org`, which wants one or more labels in front, `example.org`

  /// Empty text is any host. The error says what is wrong and what to write instead.
  static Result<HostPattern, std::string> parse(std::string_view text);
  std::string to_string() const;  // as it is written; `*` for any host
  bool operator==(const HostPattern&) const = default;
};

/// DNS names are no longer (RFC 1035 §3.1); neither is a host that any pattern is looked up for.
inline constexpr std::size_t max_host_length = 253;

}  // namespace bearward::policy
