#include "pipeline/match_route.h"

#include <gtest/gtest.h>

#include "policy/compile_routes.h"

namespace bearward::pipeline {
namespace {

config::Route route(std::string name, std::string path, std::vector<std::string> methods = {}) {
  config::Route made;
  made.name = std::move(name);
  made.path = std::move(path);
  made.methods = std::move(methods);
  made.upstream = "echo";
  return made;
}

policy::RouteTable table() {
  config::Config config;
  config::Upstream upstream;
  upstream.name = "echo";
  config.upstreams.push_back(upstream);
  config.routes = {route("api", "/api/**"), route("internal", "/api/internal/**"),
                   route("reports", "/reports", {"GET"})};
  config::Diagnostics diagnostics;
  policy::RouteTable routes = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors());
  return routes;
}

TEST(MatchRoute, FindsOneRouteOrSaysWhyNot) {
  struct Case {
    const char* name;
    const char* method;
    const char* path;
    const char* route;  // null: refused
    int status;
  };
  const Case cases[] = {
      {"a route", "GET", "/api/orders", "api", 0},
      {"the more specific one", "GET", "/api/internal/x", "internal", 0},
      {"none", "GET", "/elsewhere", nullptr, 404},
      {"another method", "POST", "/reports", nullptr, 405},
      {"a parameter that changes nothing", "GET", "/api/orders;jsessionid=1", "api", 0},
      {"a parameter that hides a specific route from us and not from Java servers", "GET", "/api/internal;x/y", nullptr,
       400},
      {"the same, escaped", "GET", "/api/internal%3Bx/y", nullptr, 400},
      {"a parameter inside the specific route", "GET", "/api/internal/a;x", "internal", 0},
      {"a parameter that makes a route of none", "GET", "/api;x/orders", nullptr, 400},
  };
  const policy::RouteTable routes = table();
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    http::RequestHead head;
    head.method = c.method;
    head.target.path = c.path;
    const auto match = match_route(routes, head);
    ASSERT_EQ(match.has_value(), c.route != nullptr);
    if (match) {
      EXPECT_EQ(match->route->name, c.route);
    } else {
      EXPECT_EQ(match.error().status, c.status);
    }
  }
}

}  // namespace
}  // namespace bearward::pipeline
