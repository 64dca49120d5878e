#pragma once

#include "http/message.h"
#include "snapshot/snapshot.h"

namespace bearward::endpoint {

/// What this authorization server can do and where (RFC 8414 §2): only what the configuration turns on.
http::Response answer_metadata(const http::RequestHead& head, const snapshot::Snapshot& snapshot);

}  // namespace bearward::endpoint
