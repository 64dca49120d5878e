#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward explain METHOD URL`: what would become of a request, and why; `--id ID`: why a running gateway refused
/// one. Exit 0 it goes on (or the gateway answers it; --id: found), 1 refused (--id: not known), 2 could not run.
void add_explain_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
