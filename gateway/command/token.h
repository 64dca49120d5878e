#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward token issue|inspect|revoke`: a token for a test, what the gateway says of one, and its end. Exit 0
/// done or good, 1 refused, 2 could not run.
void add_token_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
