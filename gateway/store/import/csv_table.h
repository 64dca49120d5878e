#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/import/user_table.h"

namespace bearward::store {

/// What a CSV file is not, and where.
struct CsvError {
  std::size_t line = 0;
  std::string what;
};

/// Reads RFC 4180 CSV in UTF-8: the first record names the columns, quoted fields may hold commas, doubled
/// quotes and line ends, records end with CRLF or LF, the last one's end may be missing, a byte order mark is
/// passed over, and so are empty lines. Every record has as many fields as the first. An unquoted empty field
/// is NULL, as PostgreSQL writes it; a quoted one is an empty text.
Result<UserTable, CsvError> read_csv(std::string_view text);

}  // namespace bearward::store
