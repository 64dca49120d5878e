#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace bearward::command {

/// `bearward user import SOURCE`: the users of another application, with the hashes that they have.
void add_user_import_command(CLI::App& user, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
