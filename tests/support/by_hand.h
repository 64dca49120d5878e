#pragma once

#include <sqlite3.h>

#include <string>

namespace bearward::testing {

/// Somebody's sqlite3 shell. Returns SQLite's complaint, empty when there is none.
inline std::string by_hand(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  char* message = nullptr;
  sqlite3_open(path.c_str(), &database);
  sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message);
  std::string complaint = message == nullptr ? "" : message;
  sqlite3_free(message);
  sqlite3_close(database);
  return complaint;
}

}  // namespace bearward::testing
