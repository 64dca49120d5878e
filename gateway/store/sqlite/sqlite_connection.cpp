#include "store/sqlite/sqlite_connection.h"

#include <sys/stat.h>

namespace bearward::store {
namespace {

// Readers never wait in WAL mode. A writer waits for the one before it, which holds the file for one fsync.
constexpr int busy_timeout_ms = 2'000;
constexpr int max_value_bytes = 1024 * 1024;  // of a text: a row made by hand cannot fill the memory

}  // namespace

SqliteStatement::~SqliteStatement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

SqliteStatement& SqliteStatement::bind(std::string_view text) {
  sqlite3_bind_text64(statement_, ++bound_, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

SqliteStatement& SqliteStatement::bind_null() {
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

SqliteStatement::Step SqliteStatement::step() {
  if (statement_ == nullptr) return Step::failed;
  switch (sqlite3_step(statement_)) {
    case SQLITE_ROW:
      return Step::row;
    case SQLITE_DONE:
      return Step::done;
    default:
      return Step::failed;
  }
}

std::string SqliteStatement::text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_, column);
  if (text == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {reinterpret_cast<const char*>(text), size};
}

std::vector<std::string> SqliteStatement::column_names() const {
  std::vector<std::string> names;
  const int count = statement_ == nullptr ? 0 : sqlite3_column_count(statement_);
  for (int i = 0; i < count; ++i) names.emplace_back(sqlite3_column_name(statement_, i));
  return names;
}

std::optional<SqliteConnection::FileId> SqliteConnection::file_id(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileId{found.st_dev, found.st_ino};
}

Result<std::unique_ptr<SqliteConnection>, std::string> SqliteConnection::open(const std::string& path, Access access) {
  const std::optional<FileId> before = file_id(path);
  sqlite3* database = nullptr;
  const int flags = (access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
                    SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  if (code != SQLITE_OK || !before) {
    std::string why = code == SQLITE_OK ? "no such file" : sqlite3_errstr(code);
    sqlite3_close(database);
    return std::unexpected(std::move(why));
  }
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(database, *before));
  sqlite3_busy_timeout(database, busy_timeout_ms);
  sqlite3_limit(database, SQLITE_LIMIT_LENGTH, max_value_bytes);
  // The last connection to a file deletes its -wal by name: after another file took the place, the other's.
  int keep_wal = 1;
  sqlite3_file_control(database, nullptr, SQLITE_FCNTL_PERSIST_WAL, &keep_wal);
  // FULL: a disabled user stays disabled through a power cut. The rest: a file made by somebody else is
  // input, and neither runs functions of its own nor is believed about its own layout.
  if (!connection->execute("PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;"))
    return std::unexpected(connection->message());
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

SqliteStatement SqliteConnection::statement(const char* sql) {
  sqlite3_stmt*& kept = statements_[sql];
  if (kept == nullptr) sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &kept, nullptr);
  return SqliteStatement{kept};
}

bool SqliteConnection::execute(const char* sql) {
  return sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

void SqliteConnection::roll_back() {
  if (sqlite3_get_autocommit(database_) == 0) execute("ROLLBACK");
}

}  // namespace bearward::store
