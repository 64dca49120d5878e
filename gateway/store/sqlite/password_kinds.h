#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/decoy_kind.h"

namespace bearward::store {

class SqliteConnection;

/// What choose_decoy_kind asks for: a key of this file's own, made with it, and how many users have which kind
/// of hash.
struct PasswordKinds {
  std::string key;
  std::vector<PasswordKindCount> counts;  // in the order of their kinds
};

/// A few rows that triggers keep, not a count of the users: every login asks. nullopt: they cannot be read, the
/// connection says why.
std::optional<PasswordKinds> read_password_kinds(SqliteConnection& connection);

/// The step of the schema that adds these tables. `password_kind` of a row is crypto::password_kind of its hash,
/// but for hashes that are malformed inside. A row that INSERT OR REPLACE drops stays counted, since SQLite
/// runs no delete trigger for it: the shares are then off by that one.
inline constexpr const char* add_password_kinds = R"sql(
CREATE TABLE login_decoy (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), key TEXT NOT NULL) STRICT;
INSERT INTO login_decoy VALUES (1, lower(hex(randomblob(32))));
CREATE TABLE password_kinds (kind TEXT PRIMARY KEY, users INTEGER NOT NULL) STRICT, WITHOUT ROWID;
DROP INDEX users_with_password;
ALTER TABLE users ADD COLUMN password_kind TEXT GENERATED ALWAYS AS (
  CASE
    WHEN password_hash GLOB '$2[aby]$[0-9][0-9]$*' AND length(password_hash) = 60
      THEN '$2b' || substr(password_hash, 4, 4)
    WHEN password_hash GLOB '$argon2id$v=19$*$*$*'
      THEN substr(password_hash, 1, 15 + instr(substr(password_hash, 16), '$'))
    WHEN password_hash GLOB '$7$*$*' THEN substr(password_hash, 1, 14)
    WHEN password_hash GLOB '$y$*$*' THEN substr(password_hash, 1, 7)
    ELSE ''
  END) VIRTUAL;
INSERT INTO password_kinds SELECT password_kind, count(*) FROM users WHERE password_kind <> '' GROUP BY 1;
CREATE TRIGGER password_kind_inserted AFTER INSERT ON users WHEN NEW.password_kind <> '' BEGIN
  INSERT INTO password_kinds SELECT NEW.password_kind, 0
    WHERE NOT EXISTS (SELECT 1 FROM password_kinds WHERE kind = NEW.password_kind);
  UPDATE password_kinds SET users = users + 1 WHERE kind = NEW.password_kind;
END;
CREATE TRIGGER password_kind_updated AFTER UPDATE OF password_hash ON users
WHEN OLD.password_kind <> NEW.password_kind BEGIN
  UPDATE password_kinds SET users = users - 1 WHERE kind = OLD.password_kind;
  INSERT INTO password_kinds SELECT NEW.password_kind, 0 WHERE NEW.password_kind <> ''
    AND NOT EXISTS (SELECT 1 FROM password_kinds WHERE kind = NEW.password_kind);
  UPDATE password_kinds SET users = users + 1 WHERE kind = NEW.password_kind;
END;
CREATE TRIGGER password_kind_deleted AFTER DELETE ON users BEGIN
  UPDATE password_kinds SET users = users - 1 WHERE kind = OLD.password_kind;
END;
)sql";

}  // namespace bearward::store
