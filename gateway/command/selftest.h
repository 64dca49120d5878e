#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward selftest`: sends tricks to the gateway that runs this configuration. Exit 0 nothing got through, 1
/// something did, 2 could not run.
void add_selftest_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
