#include "store/import/csv_table.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"

namespace bearward::store {
namespace {

using Cell = std::optional<std::string>;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::size_t line() const { return line_; }

  /// Whether there was one.
  bool skip_empty_line() { return take_line_end(); }

  /// The fields of one record, its end included.
  Result<std::vector<Cell>, CsvError> record() {
    std::vector<Cell> cells;
    while (true) {
      auto cell = rest_.starts_with('"') ? quoted() : unquoted();
      if (!cell) return std::unexpected(std::move(cell.error()));
      if (*cell && (*cell)->size() > max_imported_cell_bytes)
        return fail("has a field of more than " + std::to_string(max_imported_cell_bytes) + " bytes");
      cells.push_back(std::move(*cell));
      if (cells.size() > max_imported_columns)
        return fail("has more than " + std::to_string(max_imported_columns) + " fields");
      if (rest_.starts_with(',')) {
        rest_.remove_prefix(1);
        continue;
      }
      if (rest_.empty() || take_line_end()) return cells;
      return fail("has text after a closing quote");
    }
  }

 private:
  std::unexpected<CsvError> fail(std::string what) const { return std::unexpected(CsvError{line_, std::move(what)}); }

  bool take_line_end() {
    const std::size_t size = rest_.starts_with("\r\n") ? 2 : rest_.starts_with('\n') ? 1 : 0;
    rest_.remove_prefix(size);
    line_ += size == 0 ? 0 : 1;
    return size != 0;
  }

  Result<Cell, CsvError> unquoted() {
    const std::size_t end = std::min(rest_.find_first_of(",\r\n\""), rest_.size());
    const std::string_view text = rest_.substr(0, end);
    if (rest_.substr(end).starts_with('"')) return fail("has a quote inside an unquoted field; quote the whole field");
    if (rest_.substr(end).starts_with('\r') && !rest_.substr(end).starts_with("\r\n"))
      return fail("has a carriage return that ends no line");
    rest_.remove_prefix(end);
    if (text.empty()) return Cell{};
    return Cell{std::string(text)};
  }

  Result<Cell, CsvError> quoted() {
    const std::size_t opened = line_;
    std::string text;
    rest_.remove_prefix(1);
    while (true) {
      const std::size_t quote = rest_.find('"');
      if (quote == rest_.npos) return std::unexpected(CsvError{opened, "has a quoted field that never ends"});
      text += rest_.substr(0, quote);
      line_ += static_cast<std::size_t>(std::ranges::count(rest_.substr(0, quote), '\n'));
      rest_.remove_prefix(quote + 1);
      if (!rest_.starts_with('"')) return Cell{std::move(text)};
      text += '"';
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

Result<UserTable, CsvError> read_csv(std::string_view text) {
  if (!is_utf8(text)) return std::unexpected(CsvError{0, "is not UTF-8; convert it first"});
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Reader reader(text);
  UserTable table;
  while (!reader.at_end()) {
    if (reader.skip_empty_line()) continue;
    const std::size_t line = reader.line();
    auto cells = reader.record();
    if (!cells) return std::unexpected(std::move(cells.error()));
    if (table.columns.empty()) {
      for (Cell& cell : *cells) table.columns.push_back(std::move(cell).value_or(""));
      continue;
    }
    if (cells->size() != table.columns.size())
      return std::unexpected(CsvError{line, "has " + std::to_string(cells->size()) + " fields, expected " +
                                                std::to_string(table.columns.size()) + " as in the first line"});
    if (table.rows.size() == max_imported_rows)
      return std::unexpected(CsvError{line, "is one row too many; import the file in parts"});
    table.rows.push_back({table.rows.size() + 1, line, std::move(*cells)});
  }
  if (table.columns.empty()) return std::unexpected(CsvError{1, "has no line that names the columns"});
  return table;
}

}  // namespace bearward::store
