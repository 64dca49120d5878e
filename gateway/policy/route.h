#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/identity.h"
#include "config/place.h"
#include "config/rate_limit.h"
#include "config/routes.h"
#include "policy/access.h"
#include "policy/cors.h"
#include "policy/field_edits.h"
#include "policy/host_pattern.h"
#include "policy/identity_fields.h"
#include "policy/path_pattern.h"
#include "policy/rate_limiter.h"

namespace bearward::policy {

/// `rate_limit` of a route.
struct RouteLimit {
  RateLimit limit;
  config::RateLimit::By by = config::RateLimit::By::user;
};

/// One entry of `routes:`, checked and ready to serve.
struct Route {
  std::string name;
  config::Place place;
  HostPattern host;
  PathPattern path;
  std::vector<std::string> methods;  // sorted; empty: any
  AccessRule access;
  std::optional<RouteLimit> rate_limit;
  std::shared_ptr<const Cors> cors;  // its own or the top level's; null: none
  config::Mode mode = config::Mode::enforce;
  config::RouteLimits limits;
  config::Upgrades upgrade;
  std::chrono::seconds token_leeway{};  // how long after its `exp` a token still opened the route
  std::string upstream;
  std::size_t upstream_index = 0;  // in Config::upstreams
  IdentityFields identity;
  std::optional<config::Assertion> assertion;  // its audience written out
  bool forward_authorization = false;
  std::string strip_prefix;  // for policy/rewrite
  FieldEdits request_fields;
  FieldEdits response_fields;
};

}  // namespace bearward::policy
