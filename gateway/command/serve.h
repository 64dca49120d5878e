#pragma once

#include <string>
#include <vector>

namespace bearward::command {

/// `bearward serve`: runs the gateway until SIGTERM or SIGINT. Returns the exit code: 0 drained, 2 could
/// not run (every mistake of the configuration is printed).
int serve(const std::string& config_file, std::vector<std::string> command);

}  // namespace bearward::command
