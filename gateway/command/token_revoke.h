#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

namespace bearward::command {

/// `bearward token revoke [TOKEN]`, `--user NAME`, `--client ID`: ends a token, or all that somebody has, on
/// every node at once. Exit 0 done, 1 there is nothing that could be revoked, 2 could not run.
void add_token_revoke(CLI::App& token, const std::string& config_file, std::function<int()>& chosen);

}  // namespace bearward::command
