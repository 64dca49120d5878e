#pragma once

#include <vector>

#include "config/config.h"
#include "config/diagnostics.h"
#include "policy/route.h"

namespace bearward::policy {

/// The routes of a configuration, in its order, each mistake reported at its place in one pass. With an
/// error in `diagnostics` they are not to be served; a RouteTable can still be compiled of them, so that
/// ties show in the same pass.
std::vector<Route> compile_routes(const config::Config& config, config::Diagnostics& diagnostics);

}  // namespace bearward::policy
