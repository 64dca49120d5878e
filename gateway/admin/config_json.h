#pragma once

#include <boost/json/object.hpp>

#include "config/config.h"

namespace bearward::admin {

/// A configuration in the shape of gateway.yaml: its keys in its notation, with the defaults and what ${NAME} stood
/// for; absent is what has no value of its own. Paths are absolute. Without `policies`: GET /v1/routes has what they
/// brought. Secrets are `***` (admin/config_masks.h). Written member by member, so that a new one is shown by nobody's
/// oversight.
boost::json::object config_json(const config::Config& config);

}  // namespace bearward::admin
