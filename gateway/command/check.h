#pragma once

#include <string>

namespace bearward::command {

/// `bearward check`: loads everything without serving and prints each finding on a line of its own, or as
/// a JSON array of {file, line, column, severity, message}. Returns the exit code: 0 no error (warnings
/// are allowed), 1 errors, 2 the file could not be read.
int check(const std::string& config_file, bool json);

}  // namespace bearward::command
