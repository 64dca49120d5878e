#pragma once

#include <boost/json/value.hpp>
#include <optional>

#include "config/value.h"

namespace bearward::config {

/// The JSON value that a YAML scalar stands for: true, false and numbers as JSON writes them, unless they
/// are quoted or come from the environment; all else is text. nullopt after an error.
std::optional<boost::json::value> read_json_scalar(const Value& value);

/// Any YAML value as JSON; nothing at all is null. nullopt after an error.
std::optional<boost::json::value> read_json(const Value& value);

}  // namespace bearward::config
