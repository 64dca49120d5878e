#pragma once

#include <string>
#include <vector>

#include "base/ip_network.h"
#include "config/clients.h"
#include "config/cors.h"
#include "config/endpoints.h"
#include "config/identity.h"
#include "config/limits.h"
#include "config/listeners.h"
#include "config/log.h"
#include "config/login_protection.h"
#include "config/route_tests.h"
#include "config/routes.h"
#include "config/tokens.h"
#include "config/upstreams.h"
#include "config/users.h"

namespace bearward::config {

/// A whole configuration: gateway.yaml and the policy files it names. Plain data; paths are absolute.
struct Config {
  std::string file;
  std::vector<Listener> listeners;
  std::optional<Address> admin;
  unsigned workers = 0;  // 0: one per core
  std::string pid_file;  // empty: none
  std::vector<IpNetwork> trusted_proxies;
  std::string via = "bearward";  // what Via calls the gateway
  Tokens tokens;
  Endpoints endpoints;
  Compatibility compatibility = Compatibility::rfc6749;
  Clients clients;
  Users users;
  Identity identity;
  std::optional<Cors> cors;  // of own endpoints, and of routes that have none
  std::optional<LoginProtection> login_protection;
  std::vector<Upstream> upstreams;
  Limits limits;
  std::vector<Route> routes;
  std::vector<RouteTest> route_tests;
  Log log;
};

/// The most content that a request to any route may have: what a listener goes by, before the route is known.
std::uint64_t most_request_body_bytes(const Config& config);

}  // namespace bearward::config
