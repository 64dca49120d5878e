#include "store/sqlite/foreign_table.h"

#include <utility>

#include "base/utf8.h"
#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

const std::string no_text = "\x1b";

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

UserTable::Row read_row(const SqliteStatement& statement, std::size_t columns) {
  UserTable::Row row;
  for (int i = 0; i < static_cast<int>(columns); ++i) {
    if (statement.is_null(i)) {
      row.cells.emplace_back();
      continue;
    }
    // A picture in a column that nobody reads does no harm; in one that is read, no rule takes it for a text.
    std::string text = statement.text(i);
    if (text.size() > max_imported_cell_bytes || !is_utf8(text)) text = no_text;
    row.cells.emplace_back(std::move(text));
  }
  return row;
}

}  // namespace

Result<UserTable, std::string> read_foreign_table(const std::string& path, const std::string& table) {
  const auto connection = SqliteConnection::open(path, SqliteConnection::Access::read_only);
  if (!connection) return std::unexpected("cannot open " + path + ": " + connection.error());
  const auto failed = [&] {
    return std::unexpected("cannot read the table \"" + table + "\" of " + path + ": " + (*connection)->message());
  };
  const std::string sql = "SELECT * FROM " + quoted(table);
  SqliteStatement statement = (*connection)->statement(sql.c_str());
  UserTable read;
  read.columns = statement.column_names();
  if (read.columns.empty()) return failed();
  while (true) {
    const SqliteStatement::Step step = statement.step();
    if (step == SqliteStatement::Step::failed) return failed();
    if (step == SqliteStatement::Step::done) return read;
    if (read.rows.size() == max_imported_rows || read.columns.size() > max_imported_columns)
      return std::unexpected("the table \"" + table + "\" is too large; import it in parts");
    UserTable::Row row = read_row(statement, read.columns.size());
    row.number = read.rows.size() + 1;
    read.rows.push_back(std::move(row));
  }
}

}  // namespace bearward::store
