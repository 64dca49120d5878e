#pragma once

#include <functional>
#include <memory>

#include "http/message.h"
#include "snapshot/snapshot.h"

namespace bearward::admin {

/// The snapshot that serves now.
using Running = std::function<std::shared_ptr<const snapshot::Snapshot>()>;

/// GET /v1/routes: a JSON list of the routes, most specific first, each with its name, host, methods, path,
/// upstream, mode, and of one in mode shadow `shadow_refusals`, how many requests it let through since the start of the
/// process that its rule would have refused.
http::Response answer_routes(const Running& running);

}  // namespace bearward::admin
