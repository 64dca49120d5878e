#pragma once

#include <string>

namespace bearward::command {

/// `bearward routes`: the table of routes, most specific first, as columns or as a JSON array. Returns
/// the exit code: 0, or 2 when the configuration has errors (printed to standard error).
int routes(const std::string& config_file, bool json);

}  // namespace bearward::command
