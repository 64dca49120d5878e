#pragma once

#include <string_view>

#include "async/coarse_timer.h"
#include "async/task.h"
#include "transport/proxy_protocol.h"

namespace bearward::transport {

/// Takes a PROXY header off `socket` and not a byte of what follows, which may be TLS. Waits for as long as
/// `deadline`, which the caller has armed, allows.
Task<Result<ProxyHeader, BadProxyHeader>> read_proxy_header(Socket& socket, const async::SocketDeadline& deadline);

}  // namespace bearward::transport
