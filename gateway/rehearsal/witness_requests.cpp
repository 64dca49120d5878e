#include "rehearsal/witness_requests.h"

#include <algorithm>
#include <array>

#include "rehearsal/witness_paths.h"

namespace bearward::rehearsal {
namespace {

using policy::Route;

constexpr std::size_t most_places = 2'000'000;

/// The gateway forwards neither CONNECT nor TRACE.
bool is_served(std::string_view method) { return method != "CONNECT" && method != "TRACE"; }

void add_methods(WitnessPlace& place) {
  std::vector<std::string_view>& methods = place.methods;
  for (const Route* route : place.routes) {
    for (const std::string& method : route->methods) {
      if (is_served(method) && std::ranges::find(methods, method) == methods.end()) methods.push_back(method);
    }
  }
  place.listed = methods.size();
  constexpr std::array<std::string_view, 8> usual = {"GET",   "POST", "PUT",     "DELETE",
                                                     "PATCH", "HEAD", "OPTIONS", "PROPFIND"};
  for (const std::string_view method : usual) {
    if (std::ranges::find(methods, method) != methods.end()) continue;
    methods.push_back(method);
    return;
  }
}

}  // namespace

bool each_witness(const std::vector<const Route*>& routes, const std::function<void(const WitnessPlace&)>& visit) {
  std::vector<policy::HostPattern> hosts;
  for (const Route* route : routes) hosts.push_back(route->host);
  std::size_t left = most_places;
  for (const WitnessHost& host : witness_hosts(hosts)) {
    std::vector<const policy::PathPattern*> patterns;
    for (const std::uint32_t at : host.matches) patterns.push_back(&routes[at]->path);
    const WitnessPaths paths = witness_paths(patterns, left);
    for (const WitnessPath& each : paths.paths) {
      WitnessPlace place{host, each.path, {}, {}, 0};
      for (const std::uint32_t at : each.matches) place.routes.push_back(routes[host.matches[at]]);
      add_methods(place);
      visit(place);
    }
    left -= paths.paths.size();
    if (!paths.whole) return false;
  }
  return true;
}

}  // namespace bearward::rehearsal
