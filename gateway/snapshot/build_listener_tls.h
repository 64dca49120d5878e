#pragma once

#include <memory>

#include "config/listeners.h"
#include "crypto/tls_context.h"
#include "snapshot/read_named_file.h"

namespace bearward::snapshot {

/// What a listener's `tls` asks for, its files read. Null for a listener in clear text, and after a mistake, which is
/// then among the diagnostics.
std::shared_ptr<const crypto::TlsContext> build_listener_tls(const config::Listener& listener,
                                                             const ReadFile& read_file,
                                                             config::Diagnostics& diagnostics);

}  // namespace bearward::snapshot
