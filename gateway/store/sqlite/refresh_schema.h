#pragma once

#include <string>

#include "base/result.h"

namespace bearward::store {

class SqliteConnection;

/// Adds the tables of refresh tokens to a user store that has none, in one transaction. The error says why not.
Result<void, std::string> prepare_refresh_schema(SqliteConnection& connection);

}  // namespace bearward::store
