#include "rehearsal/near_misses.h"

#include <algorithm>

#include "policy/route_order.h"

namespace bearward::rehearsal {
namespace {

using policy::Route;
using policy::RouteMatch;

/// Would `route` match if it were alone and not particular about what `loosen` takes from it?
template <class Loosen>
bool matches(const Route& route, std::string_view host, std::string_view path, std::string_view method,
             const Loosen& loosen) {
  Route alone = route;
  loosen(alone);
  config::Diagnostics ignored;
  std::vector<Route> routes;
  routes.push_back(std::move(alone));
  const auto table = policy::RouteTable::compile(std::move(routes), ignored);
  return table.match(host, path, method).outcome == RouteMatch::Outcome::matched;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string reason(const Route& route, const Route* decides, std::string_view host, std::string_view path,
                   std::string_view method) {
  const auto any_method = [](Route& r) { r.methods.clear(); };
  if (!matches(route, host, path, method, any_method)) return "its host is " + route.host.to_string();
  if (!matches(route, host, path, method, [](Route&) {})) return "it takes " + joined(route.methods) + " only";
  if (decides == nullptr) return "it matches";
  if (route.host != decides->host) return "it matches too, but its host is wider: " + route.host.to_string();
  if (route.path.text != decides->path.text) return "it matches too, but its path is wider: " + route.path.text;
  return "it matches too, but it takes any method";
}

}  // namespace

std::vector<NearMiss> near_misses(const policy::RouteTable& routes, const Route* decides, std::string_view host,
                                  std::string_view path, std::string_view method, std::size_t most) {
  std::vector<const Route*> found;
  const auto any = [](Route& r) {
    r.host = {};
    r.methods.clear();
  };
  for (const Route& route : routes.routes()) {
    if (&route != decides && matches(route, host, path, method, any)) found.push_back(&route);
  }
  std::ranges::sort(found, [](const Route* a, const Route* b) { return policy::more_specific(*a, *b); });
  if (found.size() > most) found.resize(most);
  std::vector<NearMiss> misses;
  for (const Route* route : found) misses.push_back({route, reason(*route, decides, host, path, method)});
  return misses;
}

std::string path_meant(const policy::RouteTable& routes, std::string_view host, std::string_view path,
                       std::string_view method) {
  std::string lower{path};
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  const auto toggled = [](std::string text) {
    if (text.size() > 1 && text.ends_with('/')) {
      text.pop_back();
    } else {
      text += '/';
    }
    return text;
  };
  for (const std::string& candidate : {toggled(std::string{path}), lower, toggled(lower)}) {
    if (candidate != path && routes.match(host, candidate, method).outcome == RouteMatch::Outcome::matched) {
      return candidate;
    }
  }
  return {};
}

}  // namespace bearward::rehearsal
