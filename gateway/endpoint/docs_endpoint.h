#pragma once

#include <memory>

#include "async/task.h"
#include "http/message.h"
#include "snapshot/snapshot.h"

namespace bearward::endpoint {

/// The gateway's OpenAPI document, and a page to try it in a browser: DOCS is the page, DOCS/openapi.json the
/// document, and the page's files lie beside it. Asks for no credentials: it says which endpoints there are,
/// and nothing of routes, users or upstreams.
class DocsEndpoint {
 public:
  Task<http::Response> handle(const http::Request& request, std::shared_ptr<const snapshot::Snapshot> snapshot);
};

}  // namespace bearward::endpoint
