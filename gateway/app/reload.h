#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/source_files.h"
#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::app {

/// What became of a configuration that was read.
struct Loaded {
  std::shared_ptr<snapshot::Snapshot> snapshot;  // null: refused
  std::vector<config::Finding> findings;
  SourceFiles files;  // what was read
};

/// Reads and builds the configuration in `file`. `running` is what is served now, or null at the start:
/// what only a restart can change is refused when it differs, and so is a configuration whose `tests:` fail. Nothing
/// else happens: the caller swaps. Blocks.
Loaded load_snapshot(const std::string& file, const snapshot::Snapshot* running);

}  // namespace bearward::app
