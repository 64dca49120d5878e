#pragma once

#include "admin/routes_call.h"
#include "http/message.h"

namespace bearward::admin {

/// GET /v1/upstreams: a JSON list of the upstreams, each with its targets: where they are, their weight, whether health
/// checks find them well, whether they are ejected, and the share of their weight that they take now.
http::Response answer_upstreams(const Running& running);

}  // namespace bearward::admin
