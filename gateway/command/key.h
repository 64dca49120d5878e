#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward key generate|list`: signing keys. Exit 0 done, 1 the file is there already, 2 could not run.
void add_key_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
