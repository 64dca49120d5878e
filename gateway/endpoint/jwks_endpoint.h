#pragma once

#include "http/message.h"
#include "snapshot/snapshot.h"

namespace bearward::endpoint {

/// The public keys that others verify our tokens with (RFC 7517 §5).
http::Response answer_jwks(const http::RequestHead& head, const snapshot::Snapshot& snapshot);

}  // namespace bearward::endpoint
