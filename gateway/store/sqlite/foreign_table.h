#pragma once

#include <string>

#include "base/result.h"
#include "store/import/user_table.h"

namespace bearward::store {

/// Reads all of a table, or view, of somebody else's SQLite file, which is opened to be read only. The error
/// says in a sentence why not.
Result<UserTable, std::string> read_foreign_table(const std::string& path, const std::string& table);

}  // namespace bearward::store
