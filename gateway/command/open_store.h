#pragma once

#include <memory>
#include <optional>
#include <string>

#include "config/clients.h"
#include "config/users.h"
#include "store/sqlite/sqlite_user_store.h"

namespace bearward::command {

/// Exit codes of every subcommand.
inline constexpr int done = 0, answer_is_no = 1, could_not_run = 2;

/// Prints `bearward: WHAT` on standard error and gives `code` back.
int complain(int code, const std::string& what);

/// The store that the configuration names, opened for one command.
struct OpenStore {
  config::Users settings;
  config::Clients clients;
  std::unique_ptr<store::SqliteUserStore> users;
};

/// nullopt when it cannot be opened, which has then been complained of.
std::optional<OpenStore> open_store(const std::string& config_file, store::SqliteUserStore::Missing missing);

/// Says what the store answered about `username`.
int complain_of_store(const OpenStore& store, store::StoreError error, const std::string& username);

}  // namespace bearward::command
