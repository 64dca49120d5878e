#pragma once

#include <string>

namespace bearward::command {

/// Prints the JSON Schema of `what`: gateway, policy, or, when that is empty, of either.
int schema(const std::string& what);

}  // namespace bearward::command
