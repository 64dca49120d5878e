#pragma once

#include <string>

#include "base/result.h"

namespace bearward::store {

class SqliteConnection;

/// Brings the tables of a file up to this version's, in one transaction. The error says why not.
Result<void, std::string> prepare_user_schema(SqliteConnection& connection);

/// Whether the file has this version's tables.
bool has_user_schema(SqliteConnection& connection);

}  // namespace bearward::store
