#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::snapshot {

using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// Config -> Snapshot, whole or not at all: null when `diagnostics` holds an error, from before or from
/// here. What could not be told by looking at one setting alone is checked here: keys, certificates,
/// routes and how they meet.
std::shared_ptr<Snapshot> build_snapshot(config::Config config, const ReadFile& read_file,
                                         config::Diagnostics& diagnostics);

}  // namespace bearward::snapshot
