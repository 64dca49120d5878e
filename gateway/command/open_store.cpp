#include "command/open_store.h"

#include <iostream>

#include "config/load.h"

namespace bearward::command {

int complain(int code, const std::string& what) {
  std::cerr << "bearward: " << what << '\n';
  return code;
}

std::optional<OpenStore> open_store(const std::string& config_file, store::SqliteUserStore::Missing missing) {
  config::Diagnostics diagnostics;
  const config::Config config = config::load(config_file, config::system_sources(), diagnostics);
  if (diagnostics.has_errors()) {
    for (const config::Finding& finding : diagnostics.sorted())
      if (finding.severity == config::Severity::error) std::cerr << finding.to_string() << '\n';
    return std::nullopt;
  }
  auto opened = store::SqliteUserStore::open(config.users.sqlite_path, missing);
  if (!opened) {
    complain(could_not_run, opened.error());
    return std::nullopt;
  }
  return OpenStore{config.users, config.clients, std::move(*opened)};
}

int complain_of_store(const OpenStore& store, store::StoreError error, const std::string& username) {
  using store::StoreError;
  switch (error) {
    case StoreError::not_found:
      return complain(answer_is_no, "there is no user \"" + username + "\"");
    case StoreError::already_exists:
      return complain(answer_is_no, "the username is taken");
    case StoreError::email_exists:
      return complain(answer_is_no, "the email is taken by another user");
    case StoreError::unavailable:
      break;
  }
  return complain(could_not_run,
                  "the user store " + store.settings.sqlite_path + " cannot be used: " + store.users->last_failure());
}

}  // namespace bearward::command
