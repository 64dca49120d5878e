#pragma once

#include <sqlite3.h>
#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"

namespace bearward::store {

/// A statement in use: bind in order, step, read columns. Goes back to its connection when destroyed.
class SqliteStatement {
 public:
  enum class Step { row, done, failed };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}
  ~SqliteStatement();
  SqliteStatement(SqliteStatement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&&) = delete;

  /// `text` stays valid until the statement is destroyed.
  SqliteStatement& bind(std::string_view text);
  SqliteStatement& bind(std::int64_t number);
  SqliteStatement& bind_null();
  /// `failed` also for a statement that could not be prepared; the connection says why.
  Step step();

  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string text(int column) const;
  /// Of what it selects; none of a statement that could not be prepared.
  std::vector<std::string> column_names() const;

 private:
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

/// One connection to a database file, used by one thread at a time, with its statements kept prepared.
class SqliteConnection {
 public:
  /// Which file a connection has open: a file put in the place of another is another file.
  struct FileId {
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const FileId&) const = default;
  };
  static std::optional<FileId> file_id(const std::string& path);

  enum class Access { read_only, read_write };
  /// Opens an existing file. The error says what SQLite says.
  static Result<std::unique_ptr<SqliteConnection>, std::string> open(const std::string& path, Access access);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  /// `sql` is a literal, or lives as long as the connection: its address is the key under which the statement is kept.
  SqliteStatement statement(const char* sql);
  /// Several statements without results.
  bool execute(const char* sql);
  /// Ends a transaction that was not committed; harmless without one.
  void roll_back();

  int code() const { return sqlite3_extended_errcode(database_); }
  std::string message() const { return sqlite3_errmsg(database_); }
  const FileId& file() const { return file_; }

 private:
  SqliteConnection(sqlite3* database, FileId file) : database_(database), file_(file) {}

  sqlite3* database_;
  FileId file_;
  std::unordered_map<const char*, sqlite3_stmt*> statements_;
};

}  // namespace bearward::store
