#pragma once

#include <memory>

#include "config/diagnostics.h"
#include "snapshot/read_named_file.h"
#include "snapshot/snapshot.h"

namespace bearward::snapshot {

/// Config -> Snapshot, whole or not at all: null when `diagnostics` holds an error, from before or from
/// here. What could not be told by looking at one setting alone is checked here: keys, certificates,
/// routes and how they meet.
std::shared_ptr<Snapshot> build_snapshot(config::Config config, const ReadFile& read_file,
                                         config::Diagnostics& diagnostics);

}  // namespace bearward::snapshot
