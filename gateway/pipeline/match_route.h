#pragma once

#include "base/result.h"
#include "http/head.h"
#include "pipeline/rejection.h"
#include "policy/route_table.h"

namespace bearward::pipeline {

/// The route that decides about this request, or 404, or 405 with Allow; 400 where a path parameter
/// ("/a;x/b") would make servers disagree on which route that is.
Result<policy::RouteMatch, Rejection> match_route(const policy::RouteTable& routes, const http::RequestHead& head);

}  // namespace bearward::pipeline
