#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"
#include "policy/route.h"

namespace bearward::policy {

/// What the table says of a request. Views point into the path that was asked about.
struct RouteMatch {
  enum class Outcome : std::uint8_t { matched, not_found, method_not_allowed };

  Outcome outcome = Outcome::not_found;
  const Route* route = nullptr;  // matched; lives as long as the table
  std::size_t parameter_count = 0;
  std::array<std::string_view, PathPattern::max_parameters> parameter_values;
  std::string allow;  // method_not_allowed: the value of Allow (RFC 9110 §10.2.1)

  /// In the order of route->path.parameters, still percent-encoded.
  std::span<const std::string_view> parameters() const { return {parameter_values.data(), parameter_count}; }
};

/// Which route decides. Of all routes that match host, path and method the most specific: an exact host
/// before the longest wildcard before any; then, segment by segment from the left, a literal before a
/// {parameter} before `**`; then a route that lists methods before one that does not. The order of files
/// and lines has no part in it. Immutable.
class RouteTable {
 public:
  RouteTable();  // no routes: nothing is found
  ~RouteTable();
  RouteTable(RouteTable&&) noexcept;
  RouteTable& operator=(RouteTable&&) noexcept;

  /// Two routes with the same host, the same path but for the names of parameters, and a method in common
  /// tie: an error that names both places. So is a table in which one path could have to be compared with
  /// very many branches.
  static RouteTable compile(std::vector<Route> routes, config::Diagnostics& diagnostics);

  /// `host` in lower case without port (empty: the request has none), `path` normalised, `method` as it
  /// came: all three compare byte by byte. Costs what the path's length and the pattern's depth ask for,
  /// not the number of routes. Allocates nothing unless the answer is method_not_allowed; never throws
  /// otherwise.
  RouteMatch match(std::string_view host, std::string_view path, std::string_view method) const;

  std::span<const Route> routes() const;  // in the order given
  std::vector<const Route*> most_specific_first() const;

 private:
  class Index;
  std::vector<Route> routes_;
  std::unique_ptr<const Index> index_;
};

}  // namespace bearward::policy
