#include "store/sqlite/user_schema.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_user_store.h"
#include "support/by_hand.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using testing::by_hand;

// What version 1 made: files of that version are out there, so this text never changes.
constexpr const char* version_1 = R"sql(
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
PRAGMA user_version = 1;
)sql";

TEST(UserSchema, BringsAFileOfVersion1UpToDateAndKeepsWhatItHolds) {
  const testing::TemporaryDirectory folder;
  const std::string path = folder.file("users.db");
  ASSERT_EQ(by_hand(path, version_1), "");
  ASSERT_EQ(by_hand(path,
                    "INSERT INTO users (username, email, roles, tokens_not_before) VALUES"
                    " ('alice', 'a@example.org', '[\"admin\"]', 0), ('bob', NULL, '[]', 1700000000)"),
            "");
  const auto store = SqliteUserStore::open(path);
  ASSERT_TRUE(store) << store.error();
  const auto alice = (*store)->look_up("alice"), bob = (*store)->look_up("bob");
  ASSERT_TRUE(alice && alice->user && bob && bob->user);
  EXPECT_EQ(alice->user->roles, std::vector<std::string>{"admin"});
  EXPECT_EQ(alice->user->tokens_not_before, UnixMilliseconds{});
  EXPECT_EQ(bob->user->tokens_not_before, UnixTime{std::chrono::seconds{1'700'000'000}}) << "in milliseconds now";
  EXPECT_EQ(alice->version, 1);
  EXPECT_EQ(bob->version, 3) << "a change of bob's that caches must hear of";
  EXPECT_EQ(by_hand(path, "UPDATE users SET tokens_not_before_ms = 5 WHERE username = 'alice'"), "");
  EXPECT_GT((*store)->look_up("alice")->version, 3) << "the triggers know the new column";
  EXPECT_TRUE(SqliteUserStore::open(path)) << "and once more";
}

}  // namespace
}  // namespace bearward::store
