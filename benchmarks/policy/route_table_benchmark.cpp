// What a look at the route table costs by the number of routes, and by the shape of the path. The target:
// 10, 1,000 and 10,000 routes within 1.5 of each other.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "policy/route_table.h"

namespace bearward::policy {
namespace {

Route route_of(const std::string& path, std::vector<std::string> methods) {
  Route route;
  route.name = path;
  route.path = PathPattern::parse(path).value();
  route.methods = std::move(methods);
  return route;
}

/// As a gateway before many services has them: of each, four routes.
RouteTable table_of(std::size_t routes) {
  std::vector<Route> all;
  for (std::size_t i = 0; all.size() < routes; ++i) {
    const std::string service = "/services/service-" + std::to_string(i);
    all.push_back(route_of(service + "/**", {}));
    all.push_back(route_of(service + "/orders/{id}", {"GET", "PUT"}));
    all.push_back(route_of(service + "/orders/{id}/items/{item}", {"GET"}));
    all.push_back(route_of(service + "/health", {"GET"}));
  }
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(routes), all.end());
  config::Diagnostics diagnostics;
  RouteTable table = RouteTable::compile(std::move(all), diagnostics);
  if (diagnostics.has_errors()) std::abort();
  return table;
}

void require_match(const RouteMatch& match) {
  if (match.outcome != RouteMatch::Outcome::matched) std::abort();
}

/// Requests of a few services, as they come: what they touch stays in the processor's cache.
void match_a_few_services(benchmark::State& state) {
  const auto routes = static_cast<std::size_t>(state.range(0));
  const RouteTable table = table_of(routes);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t service = i * ((routes + 3) / 4) / 8;
    paths.push_back("/services/service-" + std::to_string(service) + "/orders/4711");
  }
  std::size_t next = 0;
  for (auto _ : state) {
    RouteMatch match = table.match("api.example.org", paths[next++ % paths.size()], "GET");
    require_match(match);
    benchmark::DoNotOptimize(match);
  }
}
BENCHMARK(match_a_few_services)->Arg(10)->Arg(1'000)->Arg(10'000);

/// The worst order for the cache: every service in turn, shuffled.
void match_all_services(benchmark::State& state) {
  const auto routes = static_cast<std::size_t>(state.range(0));
  const RouteTable table = table_of(routes);
  std::vector<std::string> paths;
  for (std::size_t service = 0; service < (routes + 3) / 4; ++service) {
    paths.push_back("/services/service-" + std::to_string(service) + "/orders/4711");
  }
  std::shuffle(paths.begin(), paths.end(), std::mt19937{7});
  std::size_t next = 0;
  for (auto _ : state) {
    RouteMatch match = table.match("api.example.org", paths[next], "GET");
    next = next + 1 == paths.size() ? 0 : next + 1;
    require_match(match);
    benchmark::DoNotOptimize(match);
  }
}
BENCHMARK(match_all_services)->Arg(10)->Arg(1'000)->Arg(10'000);

void match_nothing(benchmark::State& state) {
  const RouteTable table = table_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    RouteMatch match = table.match("api.example.org", "/nobody/knows/this/path", "GET");
    benchmark::DoNotOptimize(match);
  }
}
BENCHMARK(match_nothing)->Arg(10)->Arg(10'000);

/// An attacker's path: as deep as a head of 16 KiB lets it be.
void match_thousands_of_segments(benchmark::State& state) {
  const RouteTable table = table_of(1'000);
  std::string path = "/services/service-1";
  while (path.size() < 16'000) path += "/x";
  for (auto _ : state) {
    RouteMatch match = table.match("api.example.org", path, "GET");
    require_match(match);
    benchmark::DoNotOptimize(match);
  }
}
BENCHMARK(match_thousands_of_segments);

void compile(benchmark::State& state) {
  for (auto _ : state) {
    RouteTable table = table_of(static_cast<std::size_t>(state.range(0)));
    benchmark::DoNotOptimize(table);
  }
}
BENCHMARK(compile)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bearward::policy
