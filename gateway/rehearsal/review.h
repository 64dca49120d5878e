#pragma once

#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// Warns of what is allowed in a configuration and seldom meant, each at its place and with an example: a route that
/// can never match, two that cross, a public one inside a protected prefix, a method that falls through to a wider
/// route, an upstream that nobody uses, a scope that nobody can have. Takes some 0.1 s for 10,000 routes.
void review(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics);

}  // namespace bearward::rehearsal
