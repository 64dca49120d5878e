#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/user_store.h"

namespace bearward::store {

class SqliteConnection;

/// Why a call failed: for StoreError and for the log.
struct Fault {
  StoreError error;
  std::string why;
};

Fault fault_of(const SqliteConnection& connection);

/// Rows of a SQLite file <-> users. Each is one statement, so what it reads was true at one moment.

Result<std::optional<StoredUser>, Fault> read_stored(SqliteConnection& connection, std::string_view username);
/// Its absence is a fault.
Result<StoredUser, Fault> require_stored(SqliteConnection& connection, std::string_view username);
/// With what was revoked; see UserStore::look_up.
Result<UserState, Fault> read_state(SqliteConnection& connection, std::string_view username);
Result<std::vector<identity::User>, Fault> read_all(SqliteConnection& connection);

Result<void, Fault> insert(SqliteConnection& connection, const StoredUser& stored);
Result<void, Fault> rewrite(SqliteConnection& connection, std::string_view username, const StoredUser& stored);

}  // namespace bearward::store
