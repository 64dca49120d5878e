#pragma once

#include <string_view>

#include "base/time.h"

namespace bearward::store {

class SqliteConnection;

/// The SQL of revoked access tokens, which are part of their subject's record. `subject` is a username or a
/// client_subject. Each works on the transaction that the caller has begun; false: ask the connection why.

/// See UserStore::revoke_token. Forgets some that have expired; over max_revoked_ids revokes all instead.
bool revoke_token(SqliteConnection& connection, std::string_view subject, std::string_view id, UnixTime expires_at);

/// Raises the subject's tokens_not_before over every moment up to now; no row, no effect for a username.
bool revoke_all_tokens(SqliteConnection& connection, std::string_view subject);

/// Revoked access tokens are part of their subject's record, so they count as its changes. A deleted row that had
/// expired changes nothing. client_tokens is what a client that acts for itself has in place of a row in users.
inline constexpr const char* add_revoked_tokens = R"sql(
ALTER TABLE users RENAME COLUMN tokens_not_before TO tokens_not_before_ms;
UPDATE users SET tokens_not_before_ms = tokens_not_before_ms * 1000 WHERE tokens_not_before_ms <> 0;
CREATE TABLE revoked_tokens (
  subject TEXT NOT NULL,
  id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (subject, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_tokens_by_expiry ON revoked_tokens (expires_at);
CREATE TABLE client_tokens (
  subject TEXT PRIMARY KEY,
  tokens_not_before_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER token_revoked AFTER INSERT ON revoked_tokens BEGIN
  UPDATE user_revision SET revision = revision + 1;
  UPDATE users SET version = (SELECT revision FROM user_revision) WHERE username = NEW.subject;
  DELETE FROM user_changes WHERE username = NEW.subject;
  INSERT INTO user_changes VALUES (NEW.subject, (SELECT revision FROM user_revision), unixepoch());
END;
CREATE TRIGGER revoked_token_updated AFTER UPDATE ON revoked_tokens BEGIN
  UPDATE user_revision SET revision = revision + 1;
  UPDATE users SET version = (SELECT revision FROM user_revision) WHERE username IN (OLD.subject, NEW.subject);
  DELETE FROM user_changes WHERE username IN (OLD.subject, NEW.subject);
  INSERT INTO user_changes
    SELECT OLD.subject, revision, unixepoch() FROM user_revision
    UNION SELECT NEW.subject, revision, unixepoch() FROM user_revision;
END;
CREATE TRIGGER revoked_token_deleted AFTER DELETE ON revoked_tokens WHEN OLD.expires_at > unixepoch() BEGIN
  UPDATE user_revision SET revision = revision + 1;
  UPDATE users SET version = (SELECT revision FROM user_revision) WHERE username = OLD.subject;
  DELETE FROM user_changes WHERE username = OLD.subject;
  INSERT INTO user_changes VALUES (OLD.subject, (SELECT revision FROM user_revision), unixepoch());
END;
CREATE TRIGGER client_tokens_inserted AFTER INSERT ON client_tokens BEGIN
  UPDATE user_revision SET revision = revision + 1;
  DELETE FROM user_changes WHERE username = NEW.subject;
  INSERT INTO user_changes VALUES (NEW.subject, (SELECT revision FROM user_revision), unixepoch());
END;
CREATE TRIGGER client_tokens_updated AFTER UPDATE ON client_tokens BEGIN
  UPDATE user_revision SET revision = revision + 1;
  DELETE FROM user_changes WHERE username = NEW.subject;
  INSERT INTO user_changes VALUES (NEW.subject, (SELECT revision FROM user_revision), unixepoch());
END;
)sql";

}  // namespace bearward::store
