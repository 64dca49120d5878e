#pragma once

#include "policy/route.h"

namespace bearward::policy {

/// The order for people to read a table in: hosts from exact to any, paths from the left, listed methods
/// first. Of two routes that match one request it puts first the one that RouteTable lets decide; the
/// rest is alphabetical.
bool more_specific(const Route& a, const Route& b);

}  // namespace bearward::policy
