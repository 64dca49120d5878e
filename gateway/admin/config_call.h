#pragma once

#include "admin/routes_call.h"
#include "http/message.h"

namespace bearward::admin {

/// GET /v1/config: the configuration that runs now as JSON (admin/config_json.h), the same to the letter until a
/// reload.
http::Response answer_config(const Running& running);

}  // namespace bearward::admin
