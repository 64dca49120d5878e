#include "pipeline/match_route.h"

#include <string>

namespace bearward::pipeline {
namespace {

/// A path without its segments' parameters, `;` and what follows it, escaped or not.
std::string without_parameters(std::string_view path) {
  std::string plain;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    plain += segment.substr(0, std::min(segment.find(';'), segment.find("%3B")));
    path.remove_prefix(end);
  }
  return plain;
}

/// Java servers read "/internal;x/y" as "/internal/y" (RFC 3986 §3.3 leaves the meaning to them), others
/// do not: where another route decides about that reading, nobody can say which of the two was meant.
bool is_read_in_two_ways(const policy::RouteTable& routes, const http::RequestHead& head,
                         const policy::RouteMatch& match) {
  const std::string_view path = head.target.path;
  if (path.find(';') == std::string_view::npos && path.find("%3B") == std::string_view::npos) return false;
  const policy::RouteMatch plain = routes.match(head.authority.host, without_parameters(path), head.method);
  return plain.outcome != match.outcome || plain.route != match.route;
}

}  // namespace

Result<policy::RouteMatch, Rejection> match_route(const policy::RouteTable& routes, const http::RequestHead& head) {
  policy::RouteMatch match = routes.match(head.authority.host, head.target.path, head.method);
  if (is_read_in_two_ways(routes, head, match)) return std::unexpected(Rejection::ambiguous_path());
  switch (match.outcome) {
    case policy::RouteMatch::Outcome::matched:
      return match;
    case policy::RouteMatch::Outcome::method_not_allowed:
      return std::unexpected(Rejection::method_not_allowed(std::move(match.allow)));
    case policy::RouteMatch::Outcome::not_found:
      break;
  }
  return std::unexpected(Rejection::no_route());
}

}  // namespace bearward::pipeline
