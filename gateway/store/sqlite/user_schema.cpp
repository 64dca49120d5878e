#include "store/sqlite/user_schema.h"

#include <array>
#include <string>

#include "store/sqlite/password_kinds.h"
#include "store/sqlite/revoked_tokens.h"
#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

// Triggers, not our own statements, count the versions: a change made by hand with sqlite3 is noticed too.
// user_changes keeps a name's last change, also after it was deleted. The triggers that run before look at
// rows that an INSERT OR REPLACE is about to drop, for which SQLite runs no delete trigger. No upsert in
// them: the conflict rule of somebody's outer statement would replace its own.
constexpr const char* create_tables = R"sql(
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  username TEXT NOT NULL UNIQUE CHECK (length(username) > 0),
  email TEXT UNIQUE,
  full_name TEXT NOT NULL DEFAULT '',
  password_hash TEXT NOT NULL DEFAULT '',
  roles TEXT NOT NULL DEFAULT '[]',
  disabled INTEGER NOT NULL DEFAULT 0 CHECK (disabled IN (0, 1)),
  tokens_not_before INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT;
CREATE INDEX users_with_password ON users (id) WHERE password_hash <> '';
CREATE TABLE user_revision (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  revision INTEGER NOT NULL
) STRICT;
INSERT INTO user_revision VALUES (1, 0);
CREATE TABLE user_changes (
  username TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_changes_in_order ON user_changes (revision, changed_at);

CREATE TRIGGER user_inserted AFTER INSERT ON users BEGIN
  UPDATE user_revision SET revision = revision + 1;
  UPDATE users SET version = (SELECT revision FROM user_revision) WHERE id = NEW.id;
  DELETE FROM user_changes WHERE username = NEW.username;
  INSERT INTO user_changes VALUES (NEW.username, (SELECT revision FROM user_revision), unixepoch());
END;
CREATE TRIGGER user_updated
AFTER UPDATE OF id, username, email, full_name, password_hash, roles, disabled, tokens_not_before ON users BEGIN
  UPDATE user_revision SET revision = revision + 1;
  UPDATE users SET version = (SELECT revision FROM user_revision), updated_at = unixepoch() WHERE id = NEW.id;
  DELETE FROM user_changes WHERE username IN (OLD.username, NEW.username);
  INSERT INTO user_changes
    SELECT OLD.username, revision, unixepoch() FROM user_revision
    UNION SELECT NEW.username, revision, unixepoch() FROM user_revision;
END;
CREATE TRIGGER user_deleted AFTER DELETE ON users BEGIN
  UPDATE user_revision SET revision = revision + 1;
  DELETE FROM user_changes WHERE username = OLD.username;
  INSERT INTO user_changes VALUES (OLD.username, (SELECT revision FROM user_revision), unixepoch());
END;
CREATE TRIGGER user_replaced_by_insert BEFORE INSERT ON users
WHEN EXISTS (SELECT 1 FROM users WHERE email = NEW.email OR id = NEW.id) BEGIN
  DELETE FROM user_changes WHERE username IN (SELECT username FROM users WHERE email = NEW.email OR id = NEW.id);
  INSERT INTO user_changes
    SELECT username, (SELECT revision + 1 FROM user_revision), unixepoch() FROM users
    WHERE email = NEW.email OR id = NEW.id;
END;
CREATE TRIGGER user_replaced_by_update BEFORE UPDATE OF id, username, email ON users
WHEN EXISTS (SELECT 1 FROM users
             WHERE id <> OLD.id AND (username = NEW.username OR email = NEW.email OR id = NEW.id)) BEGIN
  DELETE FROM user_changes WHERE username IN (
    SELECT username FROM users WHERE id <> OLD.id AND (username = NEW.username OR email = NEW.email OR id = NEW.id));
  INSERT INTO user_changes
    SELECT username, (SELECT revision + 1 FROM user_revision), unixepoch() FROM users
    WHERE id <> OLD.id AND (username = NEW.username OR email = NEW.email OR id = NEW.id);
END;
)sql";

// What brings a file from one version to the next: a file of version N has had the first N of them. Add at the
// end, never change one.
constexpr std::array steps{create_tables, add_password_kinds, add_revoked_tokens};
constexpr auto schema_version = static_cast<std::int64_t>(steps.size());

std::int64_t version_of(SqliteConnection& connection) {
  SqliteStatement statement = connection.statement("PRAGMA user_version");
  return statement.step() == SqliteStatement::Step::row ? statement.integer(0) : -1;
}

bool has_foreign_users(SqliteConnection& connection) {
  SqliteStatement statement = connection.statement("SELECT 1 FROM sqlite_schema WHERE name = 'users'");
  return statement.step() == SqliteStatement::Step::row;
}

// Each step with the number of the version that it makes.
bool upgrade(SqliteConnection& connection, std::int64_t found) {
  for (auto version = static_cast<std::size_t>(found); version < steps.size(); ++version) {
    const std::string number = "PRAGMA user_version = " + std::to_string(version + 1);
    if (!connection.execute(steps[version]) || !connection.execute(number.c_str())) return false;
  }
  return true;
}

// Two processes that make one file at a time: the switch to WAL answers SQLITE_BUSY without waiting.
bool switch_to_wal(SqliteConnection& connection) {
  constexpr int attempts = 100, pause_ms = 20;
  for (int i = 0; i < attempts; ++i) {
    {
      SqliteStatement statement = connection.statement("PRAGMA journal_mode = WAL");
      if (statement.step() == SqliteStatement::Step::row) return statement.text(0) == "wal";
    }
    if ((connection.code() & 0xff) != SQLITE_BUSY) return false;
    sqlite3_sleep(pause_ms);
  }
  return false;
}

}  // namespace

Result<void, std::string> prepare_user_schema(SqliteConnection& connection) {
  if (!switch_to_wal(connection)) return std::unexpected("cannot switch it to WAL mode: " + connection.message());
  if (has_user_schema(connection)) return {};
  if (!connection.execute("BEGIN IMMEDIATE")) return std::unexpected(connection.message());
  std::string problem;
  const std::int64_t found = version_of(connection);
  if (found < 0) {
    problem = connection.message();
  } else if (found > schema_version) {
    problem = "it was written by a newer version of bearward; use that version";
  } else if (found == 0 && has_foreign_users(connection)) {
    problem = "it has a table \"users\" that bearward did not make; name another file";
  } else if (!upgrade(connection, found)) {
    problem = connection.message();
  } else if (!connection.execute("COMMIT")) {
    problem = connection.message();
  }
  connection.roll_back();
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return {};
}

bool has_user_schema(SqliteConnection& connection) { return version_of(connection) == schema_version; }

}  // namespace bearward::store
