#pragma once

#include "config/config.h"
#include "config/diagnostics.h"

namespace bearward::command {

/// Warns of each file with a private key, or with a key of session tickets, that users other than its owner and its
/// group can read. Looks at the disk.
void warn_of_readable_keys(const config::Config& config, config::Diagnostics& diagnostics);

}  // namespace bearward::command
