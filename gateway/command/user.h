#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace bearward::command {

/// Registers `bearward user add|list|show|enable|disable|password|roles|delete|import`. When one of them is
/// given, `chosen` becomes the function that carries it out and returns the exit code: 0 done, 1 no such
/// user or taken, 2 could not run. `config_file` and `chosen` outlive the parsing and the call.
void add_user_command(CLI::App& app, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
