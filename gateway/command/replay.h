#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward replay LOG`: what a configuration would have decided otherwise of the requests in an access log. Exit 0
/// nothing, 1 something, 2 could not run.
void add_replay_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
