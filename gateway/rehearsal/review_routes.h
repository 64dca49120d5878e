#pragma once

#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// The part of `review` that is about how routes meet. Looks at example requests that stand for all others.
void review_routes(const snapshot::Snapshot& snapshot, config::Diagnostics& diagnostics);

}  // namespace bearward::rehearsal
