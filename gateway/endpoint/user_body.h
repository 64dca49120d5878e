#pragma once

#include <boost/json/object.hpp>

#include "config/endpoints.h"
#include "identity/user.h"

namespace bearward::endpoint {

/// A user as the user sees it: username, email and full_name (null when there is none), roles, disabled; never
/// a hash. Under `fastapi` also `is_active`, the other name that its tutorials have for the opposite.
boost::json::object user_body(const identity::User& user, config::Compatibility compatibility);

}  // namespace bearward::endpoint
