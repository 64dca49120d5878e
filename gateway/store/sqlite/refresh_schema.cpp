#include "store/sqlite/refresh_schema.h"

#include "store/sqlite/sqlite_connection.h"

namespace bearward::store {
namespace {

// In milliseconds since 1970: renewed_at, issued_at, used_at; in seconds: expires_at. `scope` as RFC 6749 §3.3 has it.
//
// Triggers end the logins of a user who goes, whoever deletes the row and however: a name that is given out
// again belongs to somebody else. The one on inserts is for rows that INSERT OR REPLACE drops, for which SQLite
// runs no delete trigger.
constexpr const char* create_tables = R"sql(
CREATE TABLE refresh_families (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  renewed_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_families_of_user ON refresh_families (username, renewed_at);
CREATE INDEX refresh_families_by_end ON refresh_families (expires_at);
CREATE TABLE refresh_tokens (
  digest TEXT PRIMARY KEY,
  family_id TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_of_family ON refresh_tokens (family_id, issued_at);

CREATE TRIGGER refresh_family_ended AFTER DELETE ON refresh_families BEGIN
  DELETE FROM refresh_tokens WHERE family_id = OLD.id;
END;
CREATE TRIGGER refresh_user_deleted AFTER DELETE ON users BEGIN
  DELETE FROM refresh_families WHERE username = OLD.username;
END;
CREATE TRIGGER refresh_user_inserted AFTER INSERT ON users BEGIN
  DELETE FROM refresh_families WHERE username = NEW.username;
END;
CREATE TRIGGER refresh_user_renamed AFTER UPDATE OF username ON users WHEN OLD.username <> NEW.username BEGIN
  DELETE FROM refresh_families WHERE username IN (OLD.username, NEW.username);
END;
)sql";

bool has_tables(SqliteConnection& connection) {
  SqliteStatement statement = connection.statement("SELECT 1 FROM sqlite_schema WHERE name = 'refresh_tokens'");
  return statement.step() == SqliteStatement::Step::row;
}

}  // namespace

Result<void, std::string> prepare_refresh_schema(SqliteConnection& connection) {
  if (has_tables(connection)) return {};
  const bool done = connection.execute("BEGIN IMMEDIATE") &&
                    (has_tables(connection) || connection.execute(create_tables)) && connection.execute("COMMIT");
  std::string problem = done ? "" : connection.message();
  connection.roll_back();
  if (!done) return std::unexpected(std::move(problem));
  return {};
}

}  // namespace bearward::store
