#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward diff OLD NEW`: what the step from one configuration to another does to access. Exit 0 nothing, 1
/// something, 2 could not run.
void add_diff_command(CLI::App& app, std::function<int()>& chosen);

}  // namespace bearward::command
