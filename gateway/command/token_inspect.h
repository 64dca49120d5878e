#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward token inspect [TOKEN]`: decodes it and says what the gateway would, by the very stage that serves
/// requests. `--jwks FILE --raw`: its signature alone, against any key set (token/raw_signature). Exit 0 good, 1
/// refused, 2 could not run.
void add_token_inspect(CLI::App& token, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
