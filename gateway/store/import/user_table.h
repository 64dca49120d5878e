#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace bearward::store {

/// A table of users of another application, as text, before anything of it is believed.
struct UserTable {
  struct Row {
    std::size_t number = 0;                         // from 1, as its source counts: for people who look for it
    std::size_t line = 0;                           // of a file; 0: none
    std::vector<std::optional<std::string>> cells;  // nullopt: NULL
  };
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// More is no table of users that one command should take at once.
inline constexpr std::size_t max_imported_rows = 2'000'000;
inline constexpr std::size_t max_imported_columns = 256;
inline constexpr std::size_t max_imported_cell_bytes = 64 * 1024;

}  // namespace bearward::store
