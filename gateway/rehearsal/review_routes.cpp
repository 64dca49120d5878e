#include "rehearsal/review_routes.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "policy/route_order.h"
#include "rehearsal/describe_access.h"
#include "rehearsal/witness_requests.h"

namespace bearward::rehearsal {
namespace {

using policy::PathPattern;
using policy::PathSegment;
using policy::Route;

bool takes(const Route& route, std::string_view method) {
  return route.methods.empty() || std::ranges::find(route.methods, method) != route.methods.end();
}

/// Is every path of `inner` one of `outer` too?
bool contains(const PathPattern& outer, const PathPattern& inner) {
  if (outer.segments.size() > inner.segments.size()) return false;
  for (std::size_t i = 0; i < outer.segments.size(); ++i) {
    const PathSegment& wide = outer.segments[i];
    const PathSegment& narrow = inner.segments[i];
    const bool parameter = wide.kind == PathSegment::Kind::parameter;
    const bool empty = narrow.kind == PathSegment::Kind::literal && narrow.text.empty();
    if (parameter ? empty : narrow.kind != PathSegment::Kind::literal || narrow.text != wide.text) return false;
  }
  return outer.tail || (!inner.tail && outer.segments.size() == inner.segments.size());
}

class Review {
 public:
  Review(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics)
      : snapshot_(snapshot), diagnostics_(diagnostics) {}

  void run() {
    std::vector<const Route*> routes;
    for (const Route& route : snapshot_.routes.routes()) {
      routes.push_back(&route);
      access_.emplace(&route, describe_access(route.access));
    }
    const bool whole = each_witness(routes, [this](const WitnessPlace& place) { look_at(place); });
    if (whole) report_unreached(routes);
  }

 private:
  void look_at(const WitnessPlace& place) {
    if (snapshot_.config.endpoints.find(place.path) != nullptr) return;  // the gateway answers it itself
    std::vector<const Route*> routes = place.routes;
    std::ranges::sort(routes, [](const Route* a, const Route* b) { return policy::more_specific(*a, *b); });
    for (const std::string_view method : place.methods) {
      const policy::RouteMatch match = snapshot_.routes.match(place.host.name, place.path, method);
      if (match.outcome != policy::RouteMatch::Outcome::matched) continue;
      reached_.insert(match.route);
      const std::string example =
          std::string(method) + " " + (place.host.pattern == "*" ? "" : place.host.name) + std::string(place.path);
      if (routes.front() != match.route) falls_through(*routes.front(), *match.route, method, example);
      const auto next = std::ranges::find_if(routes, [&](const Route* each) {
        return each != match.route && takes(*each, method) && policy::more_specific(*match.route, *each);
      });
      if (next != routes.end()) overlaps(*match.route, **next, example);
    }
  }

  bool same_access(const Route& a, const Route& b) const { return access_.at(&a) == access_.at(&b); }
  bool denies(const Route& route) const { return access_.at(&route) == "deny"; }

  /// `specific` is for that path and does not take the method: `wider` decides instead.
  void falls_through(const Route& specific, const Route& wider, std::string_view method, const std::string& example) {
    if (takes(specific, method) || same_access(specific, wider) || denies(wider) || !is_new(specific, wider)) return;
    std::string methods;
    for (const std::string& each : specific.methods) methods += (methods.empty() ? "" : ", ") + each;
    warn(specific, "route \"" + specific.name + "\" takes " + methods + " only, other methods fall through to " +
                       named(wider) + " with another access, such as " + example +
                       "; list more methods, or give the others a route of their own");
  }

  /// `route` decides where `next` would, were it not there.
  void overlaps(const Route& route, const Route& next, const std::string& example) {
    if (same_access(route, next)) return;
    const bool is_public = route.access.is_public();
    if (is_public && !next.access.is_public() && route.path.text != next.path.text) {
      if (is_new(route, next))
        warn(route, "route \"" + route.name + "\" is public inside the protected " + named(next) + ", such as " +
                        example + "; make sure that it is meant to be");
      return;
    }
    if (route.host != next.host || contains(next.path, route.path)) return;
    if (is_new(route, next))
      warn(route, "route \"" + route.name + "\" crosses " + named(next) + ", which has another access: " + example +
                      " is for both, and the first decides; give that path a route of its own to make it plain");
  }

  void report_unreached(const std::vector<const Route*>& routes) {
    for (const Route* route : routes) {
      if (reached_.contains(route)) continue;
      warn(*route, "route \"" + route->name + "\" can never match: " + why_never(*route));
    }
  }

  std::string why_never(const Route& route) const {
    if (std::ranges::find(snapshot_.config.endpoints.paths, route.path.text, &config::Endpoints::Path::path) !=
        snapshot_.config.endpoints.paths.end()) {
      return "the gateway answers that path itself; remove it, or the endpoint";
    }
    const bool unserved = !route.methods.empty() && std::ranges::all_of(route.methods, [](const std::string& method) {
      return method == "TRACE" || method == "CONNECT";
    });
    if (unserved) return "the gateway forwards no such method; remove it";
    return "more specific routes take every request that it is for; remove it, or one of them";
  }

  /// Once for each pair, and not for each path that shows it.
  bool is_new(const Route& a, const Route& b) { return told_.insert(a.name + "\n" + b.name).second; }

  static std::string named(const Route& route) {
    return "route \"" + route.name + "\" (" + route.place.file + ":" + std::to_string(route.place.line) + ")";
  }

  void warn(const Route& at, std::string message) { diagnostics_.warning(at.place, std::move(message)); }

  const snapshot::Snapshot& snapshot_;
  config::Diagnostics& diagnostics_;
  std::unordered_map<const Route*, std::string> access_;
  std::unordered_set<const Route*> reached_;
  std::unordered_set<std::string> told_;
};

}  // namespace

void review_routes(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics) {
  Review(snapshot, diagnostics).run();
}

}  // namespace bearward::rehearsal
