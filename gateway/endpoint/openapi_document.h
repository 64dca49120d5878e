#pragma once

#include <string>

#include "config/config.h"

namespace bearward::endpoint {

/// What the gateway itself answers, as an OpenAPI 3.1 document in JSON: the endpoints that are configured, on
/// their paths, with what goes in, what comes out and how it fails. Says nothing of routes.
std::string openapi_document(const config::Config& config);

}  // namespace bearward::endpoint
