#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward test`: runs the `tests:` of the policy files. Exit 0 all passed, 1 one failed or too little is
/// covered, 2 the configuration has errors.
void add_test_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
