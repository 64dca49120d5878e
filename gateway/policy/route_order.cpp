#include "policy/route_order.h"

#include <string_view>
#include <tuple>

namespace bearward::policy {
namespace {

/// What stands at one place of a pattern, most specific first.
enum class Rank : std::uint8_t { end, literal, parameter, tail };

Rank rank_at(const PathPattern& pattern, std::size_t i) {
  if (i == pattern.segments.size()) return pattern.tail ? Rank::tail : Rank::end;
  return pattern.segments[i].kind == PathSegment::Kind::literal ? Rank::literal : Rank::parameter;
}

bool path_before(const PathPattern& a, const PathPattern& b) {
  for (std::size_t i = 0;; ++i) {
    const Rank rank = rank_at(a, i);
    if (rank != rank_at(b, i)) return rank < rank_at(b, i);
    if (rank == Rank::end || rank == Rank::tail) return false;
    if (rank == Rank::literal && a.segments[i].text != b.segments[i].text) {
      return a.segments[i].text < b.segments[i].text;
    }
  }
}

auto host_key(const HostPattern& host) {
  const auto kind = static_cast<int>(HostPattern::Kind::exact) - static_cast<int>(host.kind);
  const std::size_t length = host.kind == HostPattern::Kind::wildcard ? max_host_length - host.name.size() : 0;
  return std::tuple<int, std::size_t, std::string_view>(kind, length, host.name);
}

}  // namespace

bool more_specific(const Route& a, const Route& b) {
  if (a.host != b.host) return host_key(a.host) < host_key(b.host);
  if (path_before(a.path, b.path)) return true;
  if (path_before(b.path, a.path)) return false;
  return std::tuple(a.methods.empty(), std::tie(a.methods, a.name)) <
         std::tuple(b.methods.empty(), std::tie(b.methods, b.name));
}

}  // namespace bearward::policy
