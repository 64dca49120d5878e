#include "policy/route_table.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "policy/path_trie.h"
#include "policy/route_order.h"

namespace bearward::policy {
namespace {

/// No path may enter more nodes than this: some tens of microseconds. Only routes that mix literals and
/// parameters in every order come near; a table of 10,000 plain ones stays under a hundred.
constexpr std::size_t visit_limit = 1024;

constexpr std::uint32_t none = PathTrie::none;

std::string described(const Route& route) {
  return "\"" + route.name + "\" (" + route.place.file + ":" + std::to_string(route.place.line) + ")";
}

struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using Roots = std::unordered_map<std::string, PathTrie::Node, StringHash, std::equal_to<>>;

}  // namespace

/// Hosts -> tree of paths -> routes by method.
class RouteTable::Index {
 public:
  Index(std::span<const Route> routes, config::Diagnostics& diagnostics) {
    for (std::uint32_t i = 0; i < routes.size(); ++i) {
      // Without a path: it was refused, and said so, when the route was compiled.
      if (!routes[i].path.text.empty()) add(routes, i, diagnostics);
    }
    lay_out();
    check_work(routes, diagnostics);
  }

  RouteMatch match(std::span<const Route> routes, std::string_view host, std::string_view path,
                   std::string_view method) const {
    RouteMatch result;
    if (path.empty() || path.front() != '/' || host.size() > max_host_length) return result;
    SplitPath segments;
    trie_.split(path, segments);
    const std::uint32_t method_id = find_method(method);
    PathParameters parameters;
    bool path_known = false;
    std::uint32_t found = none;
    const auto decide = [&](PathTrie::Leaf leaf) {
      path_known = true;
      found = route_of(leaf, method_id);
      return found != none;
    };
    const bool matched =
        each_root(host, [&](PathTrie::Node root) { return trie_.walk(root, segments, parameters, decide); });
    if (matched) {
      result.outcome = RouteMatch::Outcome::matched;
      result.route = &routes[found];
      result.parameter_count = parameters.count;
      std::copy_n(parameters.values.begin(), parameters.count, result.parameter_values.begin());
    } else if (path_known) {
      result.outcome = RouteMatch::Outcome::method_not_allowed;
      result.allow = allowed_methods(host, segments);
    }
    return result;
  }

 private:
  struct MethodRoute {
    std::uint32_t method;
    std::uint32_t route;
  };
  /// The routes of one leaf: those of listed methods, and the one of any other.
  struct LeafRoutes {
    std::uint32_t any_method = none;
    std::uint32_t begin = 0;  // in by_method_
    std::uint32_t end = 0;
  };
  /// While the table is built: the route of each listed method; "" is any other.
  using Building = std::map<std::string_view, std::uint32_t>;

  void add(std::span<const Route> routes, std::uint32_t at, config::Diagnostics& diagnostics) {
    const Route& route = routes[at];
    const PathTrie::Leaf leaf = trie_.insert(root_for(route.host), route.path);
    if (leaf == building_.size()) building_.emplace_back();
    std::uint32_t tied_with = none;  // one error for each pair, however many methods they share
    const auto claim = [&](std::string_view method) {
      const auto [other, is_new] = building_[leaf].emplace(method, at);
      if (is_new || other->second == at || other->second == tied_with) return;
      tied_with = other->second;
      diagnostics.error(route.place, "route " + described(route) + " ties with route " + described(routes[tied_with]) +
                                         " on " + (method.empty() ? "any method" : std::string{method}) + " of " +
                                         route.host.to_string() + route.path.text +
                                         "; give one a narrower host, path or methods");
    };
    if (route.methods.empty()) claim("");
    for (const std::string& method : route.methods) claim(method);
  }

  PathTrie::Node root_for(const HostPattern& host) {
    if (host.kind == HostPattern::Kind::any) {
      if (any_host_ == none) any_host_ = new_root(host);
      return any_host_;
    }
    Roots& roots = host.kind == HostPattern::Kind::exact ? exact_hosts_ : wildcard_hosts_;
    const auto found = roots.find(host.name);
    if (found != roots.end()) return found->second;
    if (host.kind == HostPattern::Kind::wildcard) longest_wildcard_ = std::max(longest_wildcard_, host.name.size());
    return roots.emplace(host.name, new_root(host)).first->second;
  }

  PathTrie::Node new_root(const HostPattern& host) {
    hosts_.push_back(host);
    return trie_.add_root();
  }

  void lay_out() {
    for (const Building& leaf : building_) {
      for (const auto& [method, route] : leaf) methods_.emplace_back(method);
    }
    std::ranges::sort(methods_);
    methods_.erase(std::unique(methods_.begin(), methods_.end()), methods_.end());
    std::erase(methods_, "");
    leaves_.reserve(building_.size());
    for (const Building& building : building_) {
      LeafRoutes leaf;
      leaf.begin = static_cast<std::uint32_t>(by_method_.size());
      for (const auto& [method, route] : building) {
        if (method.empty()) {
          leaf.any_method = route;
        } else {
          by_method_.push_back({find_method(method), route});
        }
      }
      leaf.end = static_cast<std::uint32_t>(by_method_.size());
      leaves_.push_back(leaf);
    }
    building_.clear();
  }

  void check_work(std::span<const Route> routes, config::Diagnostics& diagnostics) const {
    const std::vector<std::size_t> visits = trie_.most_visits();
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
      if (visits[i] <= visit_limit) continue;
      const auto on_host = [&](const Route& route) { return route.host == hosts_[i]; };
      const auto first = std::ranges::find_if(routes, on_host);
      diagnostics.error(first->place, "one path could be compared with " + std::to_string(visits[i]) +
                                          " branches of the routes of host " + hosts_[i].to_string() + ", at most " +
                                          std::to_string(visit_limit) +
                                          " are allowed; have fewer routes that mix literals and {parameters}");
    }
  }

  std::uint32_t find_method(std::string_view method) const {
    const auto at = std::lower_bound(methods_.begin(), methods_.end(), method);
    return at != methods_.end() && *at == method ? static_cast<std::uint32_t>(at - methods_.begin()) : none;
  }

  std::uint32_t route_of(PathTrie::Leaf at, std::uint32_t method) const {
    const LeafRoutes& leaf = leaves_[at];
    for (std::uint32_t i = leaf.begin; i < leaf.end; ++i) {
      if (by_method_[i].method == method) return by_method_[i].route;
    }
    return leaf.any_method;
  }

  /// Calls `visit` with the root of each host pattern that matches, most specific first, until it says so.
  template <class Visit>
  bool each_root(std::string_view host, const Visit& visit) const {
    if (!exact_hosts_.empty()) {
      const auto exact = exact_hosts_.find(host);
      if (exact != exact_hosts_.end() && visit(exact->second)) return true;
    }
    for (std::size_t dot = host.find('.'); longest_wildcard_ != 0 && dot != std::string_view::npos;) {
      const std::string_view suffix = host.substr(dot + 1);
      if (dot != 0 && suffix.size() <= longest_wildcard_) {
        const auto wildcard = wildcard_hosts_.find(suffix);
        if (wildcard != wildcard_hosts_.end() && visit(wildcard->second)) return true;
      }
      dot = host.find('.', dot + 1);
    }
    return any_host_ != none && visit(any_host_);
  }

  /// No route of a matching leaf takes any method, else it had matched.
  std::string allowed_methods(std::string_view host, const SplitPath& segments) const {
    std::vector<bool> allowed(methods_.size());
    const auto collect = [&](PathTrie::Leaf leaf) {
      for (std::uint32_t i = leaves_[leaf].begin; i < leaves_[leaf].end; ++i) allowed[by_method_[i].method] = true;
      return false;
    };
    PathParameters parameters;
    each_root(host, [&](PathTrie::Node root) { return trie_.walk(root, segments, parameters, collect); });
    std::string value;
    for (std::size_t i = 0; i < methods_.size(); ++i) {
      if (allowed[i]) value += (value.empty() ? "" : ", ") + methods_[i];
    }
    return value;
  }

  PathTrie trie_;
  std::vector<HostPattern> hosts_;  // one per root of the tree
  Roots exact_hosts_;
  Roots wildcard_hosts_;
  std::size_t longest_wildcard_ = 0;
  PathTrie::Node any_host_ = none;
  std::vector<std::string> methods_;  // all that any route lists, sorted
  std::vector<LeafRoutes> leaves_;
  std::vector<MethodRoute> by_method_;
  std::vector<Building> building_;
};

RouteTable::RouteTable() = default;
RouteTable::~RouteTable() = default;
RouteTable::RouteTable(RouteTable&&) noexcept = default;
RouteTable& RouteTable::operator=(RouteTable&&) noexcept = default;

RouteTable RouteTable::compile(std::vector<Route> routes, config::Diagnostics& diagnostics) {
  RouteTable table;
  table.routes_ = std::move(routes);
  table.index_ = std::make_unique<const Index>(table.routes_, diagnostics);
  return table;
}

RouteMatch RouteTable::match(std::string_view host, std::string_view path, std::string_view method) const {
  return index_ == nullptr ? RouteMatch{} : index_->match(routes_, host, path, method);
}

std::span<const Route> RouteTable::routes() const { return routes_; }

std::vector<const Route*> RouteTable::most_specific_first() const {
  std::vector<const Route*> order;
  for (const Route& route : routes_) order.push_back(&route);
  std::ranges::sort(order, [](const Route* a, const Route* b) { return more_specific(*a, *b); });
  return order;
}

}  // namespace bearward::policy
