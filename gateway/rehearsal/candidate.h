#pragma once

#include <memory>
#include <string>

#include "config/diagnostics.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// The configuration in `file` as it would serve, but for its certificates, which are not looked at: what it
/// decides does not depend on them, and whoever reviews a policy need not have the keys. Null when
/// `diagnostics` holds an error.
std::shared_ptr<const snapshot::Snapshot> load_candidate(const std::string& file, config::Diagnostics& diagnostics);

}  // namespace bearward::rehearsal
