#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "config/endpoints.h"

namespace bearward::endpoint {

/// `components.schemas` of the OpenAPI document: bodies that go in and come out, by name.
boost::json::object openapi_schemas(config::Compatibility compatibility);

/// {"$ref": "#/components/schemas/NAME"}.
boost::json::object schema_reference(std::string_view name);

}  // namespace bearward::endpoint
