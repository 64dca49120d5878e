#include "rehearsal/access_difference.h"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "pipeline/authorize.h"
#include "rehearsal/caller_kinds.h"
#include "rehearsal/describe_access.h"
#include "rehearsal/judge.h"
#include "rehearsal/merge_changes.h"
#include "rehearsal/witness_requests.h"

namespace bearward::rehearsal {
namespace {

using policy::Route;
using policy::RouteMatch;

/// One configuration's word on a host, path and method.
struct Side {
  bool gateway = false;
  RouteMatch match{};

  Side(const snapshot::Snapshot& of, std::string_view host, std::string_view path, std::string_view method)
      : gateway(of.config.endpoints.find(path) != nullptr) {
    if (!gateway) match = of.routes.match(host, path, method);
  }

  const Route* route() const { return match.outcome == RouteMatch::Outcome::matched ? match.route : nullptr; }

  std::string answer(const CallerKind& caller) const {
    if (gateway) return "gateway";
    if (route() == nullptr) return match.outcome == RouteMatch::Outcome::not_found ? "404" : "405";
    // As pipeline/authenticate says of a request without a token.
    const bool overlooks = route()->mode == config::Mode::shadow;
    const bool needs_token = route()->access.token_need(caller.certificate.has_value()) == policy::TokenNeed::required;
    if (caller.who == CallerKind::Who::nobody && needs_token && !overlooks) return "401";
    const auto permit = pipeline::authorize(match, caller.principal(), caller.address(), caller.moment());
    return permit ? "allow" : std::to_string(permit.error().status);
  }
};

/// Callers whose answer went from one to another: the least of them.
struct Differing {
  std::string before, after;
  std::vector<std::string> callers;
};

AccessChange::Kind kind_of(std::string_view before, std::string_view after) {
  if (after == "allow") return AccessChange::Kind::widened;
  return before == "allow" ? AccessChange::Kind::narrowed : AccessChange::Kind::other;
}

bool is_subset(const CallerKind& less, const CallerKind& more) {
  if (less.who != more.who && !(less.who == CallerKind::Who::user && more.who == CallerKind::Who::client)) return false;
  const auto a = less.marks();
  const auto b = more.marks();
  return std::ranges::includes(b, a);
}

/// Whoever has more than another with the same change says nothing new.
std::vector<std::string> least_of(std::vector<CallerKind> callers) {
  std::ranges::stable_sort(callers, {}, [](const CallerKind& each) { return each.marks().size(); });
  std::vector<CallerKind> least;
  for (CallerKind& each : callers) {
    const bool implied = std::ranges::any_of(least, [&](const CallerKind& other) { return is_subset(other, each); });
    if (!implied) least.push_back(std::move(each));
  }
  std::vector<std::string> texts;
  for (const CallerKind& each : least) texts.push_back(each.to_string());
  return texts;
}

class Comparison {
 public:
  Comparison(const snapshot::Snapshot& before, const snapshot::Snapshot& after) : before_(before), after_(after) {}

  AccessDifference run() {
    std::vector<const Route*> routes;
    for (const snapshot::Snapshot* side : {&before_, &after_}) {
      for (const Route& route : side->routes.routes()) {
        routes.push_back(&route);
        const bool overlooks = route.mode == config::Mode::shadow;
        access_.emplace(&route, describe_access(route.access) + (overlooks ? " in mode shadow" : ""));
      }
    }
    result_.whole = each_witness(routes, [this](const WitnessPlace& place) { compare(place); });
    end_host();
    compare_endpoints();
    end_host();
    note_routes();
    result_.changes = merge_changes(std::move(result_.changes));
    return std::move(result_);
  }

 private:
  /// A path of the gateway's own is no route's, so no route has a witness for it.
  void compare_endpoints() {
    const WitnessHost anywhere{"some.invalid", "*", {}};
    for (const snapshot::Snapshot* side : {&before_, &after_}) {
      for (const config::Endpoints::Path& each : side->config.endpoints.paths) {
        if (told_paths_.insert(each.path).second) compare({anywhere, each.path, {}, {"POST"}, 0});
      }
    }
  }

  /// A change of a route for every path shows at each of its witnesses: they become one before the next host.
  void end_host() {
    std::vector<AccessChange> merged = merge_changes_of_host(std::move(of_host_));
    std::ranges::move(merged, std::back_inserter(result_.changes));
    of_host_.clear();
  }

  void compare(const WitnessPlace& place) {
    if (host_ != &place.host) end_host();
    host_ = &place.host;
    for (std::size_t i = 0; i < place.methods.size(); ++i) {
      const std::string_view method = place.methods[i];
      const Side before(before_, place.host.name, place.path, method);
      const Side after(after_, place.host.name, place.path, method);
      if (surely_same(before, after)) continue;
      for (const Differing& each : differing(before, after)) {
        of_host_.push_back({kind_of(each.before, each.after),
                            {place.host.pattern},
                            {std::string(place.path)},
                            {i < place.listed ? std::string(method) : "*"},
                            each.callers,
                            each.before,
                            each.after,
                            named(before.route()),
                            named(after.route())});
      }
    }
  }

  bool surely_same(const Side& before, const Side& after) const {
    if (before.gateway || after.gateway) return before.gateway && after.gateway;
    if (before.route() == nullptr || after.route() == nullptr) return before.match.outcome == after.match.outcome;
    const std::string& access = access_.at(before.route());
    if (access != access_.at(after.route())) return false;
    // The same words about parameters that stand elsewhere in the path say something else.
    return access.find('{') == std::string::npos || before.route()->path.parameters == after.route()->path.parameters;
  }

  /// The same two rules are compared once, unless they speak of the path.
  const std::vector<Differing>& differing(const Side& before, const Side& after) {
    std::string key = key_of(before) + "\n" + key_of(after);
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(std::move(key), ask(before, after)).first->second;
  }

  std::string key_of(const Side& side) const {
    if (side.gateway) return "gateway";
    if (side.route() == nullptr) return side.match.outcome == RouteMatch::Outcome::not_found ? "404" : "405";
    std::string key = access_.at(side.route());
    if (key.find('{') == std::string::npos) return key;
    for (const std::string& name : side.route()->path.parameters) key += " " + name;
    for (const std::string_view value : side.match.parameters()) key += "/" + std::string(value);
    return key;
  }

  static std::vector<Differing> ask(const Side& before, const Side& after) {
    std::vector<AskedRule> rules;
    for (const Side* side : {&before, &after}) {
      const Route* route = side->route();
      if (route != nullptr) rules.push_back({route->access, route->path.parameters, side->match.parameters()});
    }
    std::map<std::pair<std::string, std::string>, std::vector<CallerKind>> changes;
    for (const CallerKind& caller : caller_kinds(rules)) {
      std::string was = before.answer(caller);
      std::string is = after.answer(caller);
      if (was != is) changes[{std::move(was), std::move(is)}].push_back(caller);
    }
    std::vector<Differing> found;
    for (auto& [answers, callers] : changes) {
      found.push_back({answers.first, answers.second, least_of(std::move(callers))});
    }
    return found;
  }

  void note_routes() {
    const auto names = [](const snapshot::Snapshot& side) {
      std::unordered_set<std::string_view> names;
      for (const Route& route : side.routes.routes()) names.insert(route.name);
      return names;
    };
    const auto old_names = names(before_);
    const auto new_names = names(after_);
    for (const Route& route : before_.routes.routes()) {
      if (!new_names.contains(route.name)) result_.removed.push_back(&route);
    }
    for (const Route& route : after_.routes.routes()) {
      if (!old_names.contains(route.name)) result_.added.push_back(&route);
    }
  }

  static std::string named(const Route* route) {
    return route == nullptr ? std::string{} : line_of(route->place) + " " + route->name;
  }

  const snapshot::Snapshot& before_;
  const snapshot::Snapshot& after_;
  std::unordered_map<const Route*, std::string> access_;
  std::unordered_map<std::string, std::vector<Differing>> known_;
  std::unordered_set<std::string> told_paths_;
  const WitnessHost* host_ = nullptr;
  std::vector<AccessChange> of_host_;  // the changes of that one
  AccessDifference result_;
};

}  // namespace

AccessDifference access_difference(const snapshot::Snapshot& before, const snapshot::Snapshot& after) {
  return Comparison(before, after).run();
}

}  // namespace bearward::rehearsal
