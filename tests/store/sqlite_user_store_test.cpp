#include "store/sqlite/sqlite_user_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "support/by_hand.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using identity::User;
using testing::by_hand;
using testing::TemporaryDirectory;

StoredUser user_named(const std::string& name) {
  StoredUser stored;
  stored.user.username = name;
  stored.password_hash = "$hash-of-" + name;
  return stored;
}

class SqliteUserStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteUserStore> open() {
    auto opened = SqliteUserStore::open(path_);
    if (!opened) throw std::runtime_error(opened.error());
    return std::move(*opened);
  }

  TemporaryDirectory folder_;
  std::string path_ = folder_.file("users.db");
  std::unique_ptr<SqliteUserStore> store_ = open();
};

TEST_F(SqliteUserStoreTest, GivesBackWhatWasAdded) {
  StoredUser alice = user_named("alice");
  alice.user.email = "alice@example.org";
  alice.user.full_name = "Alice Älter";
  alice.user.roles = {"editor", "a \"quoted\" role"};
  alice.user.tokens_not_before = UnixMilliseconds{std::chrono::milliseconds{1'700'000'000'123}};
  const auto added = store_->add(alice);
  ASSERT_TRUE(added);
  EXPECT_GT(added->version, 0);
  alice.user.version = added->version;

  const auto found = store_->find("alice");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->user, alice.user);
  EXPECT_EQ((*found)->password_hash, "$hash-of-alice");
  EXPECT_EQ(store_->look_up("alice")->user, alice.user);
  EXPECT_EQ(open()->list()->at(0), alice.user) << "another connection sees it too";
}

TEST_F(SqliteUserStoreTest, TellsApartNamesByteByByte) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  for (const char* other : {"Alice", "alice ", "alic", "alice%", "a_ice", "' OR ''='"}) {
    SCOPED_TRACE(other);
    EXPECT_FALSE(store_->find(other)->has_value());
    EXPECT_FALSE(store_->look_up(other)->user.has_value());
    EXPECT_EQ(store_->remove(other).error(), StoreError::not_found);
  }
}

TEST_F(SqliteUserStoreTest, RefusesATakenNameOrEmailAndChangesNothing) {
  StoredUser alice = user_named("alice"), bob = user_named("bob");
  alice.user.email = "a@example.org";
  ASSERT_TRUE(store_->add(alice));
  EXPECT_EQ(store_->add(user_named("alice")).error(), StoreError::already_exists);
  bob.user.email = "a@example.org";
  EXPECT_EQ(store_->add(bob).error(), StoreError::email_exists);
  bob.user.email.clear();
  ASSERT_TRUE(store_->add(bob));
  ASSERT_TRUE(store_->add(user_named("carol"))) << "any number of users may have no email";
  EXPECT_EQ(store_->update("bob", [](StoredUser& user) { user.user.email = "a@example.org"; }).error(),
            StoreError::email_exists);
  EXPECT_EQ((*store_->find("bob"))->user.email, "");
}

TEST_F(SqliteUserStoreTest, UpdatesOneRowAndNeverItsName) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(store_->add(user_named("bob")));
  const auto updated = store_->update("alice", [](StoredUser& user) {
    user.user.username = "bob";
    user.user.disabled = true;
  });
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->username, "alice");
  EXPECT_TRUE(store_->look_up("alice")->user->disabled);
  EXPECT_FALSE(store_->look_up("bob")->user->disabled);
  EXPECT_EQ(store_->update("nobody", [](StoredUser&) {}).error(), StoreError::not_found);
}

TEST_F(SqliteUserStoreTest, RaisesTheVersionWithEveryChangeAndNeverGivesOneTwice) {
  std::int64_t version = store_->add(user_named("alice"))->version;
  const auto next = [&](std::int64_t now) {
    EXPECT_GT(now, version);
    version = now;
  };
  next(store_->update("alice", [](StoredUser& user) { user.user.disabled = true; })->version);
  EXPECT_EQ(store_->update("alice", [](StoredUser&) {})->version, version) << "nothing changed";
  next(store_->update("alice", [](StoredUser& user) { user.password_hash = "$other"; })->version);
  ASSERT_TRUE(store_->remove("alice"));
  next(store_->look_up("alice")->version);  // that she is gone is newer than all that she was
  next(store_->add(user_named("alice"))->version);
}

TEST_F(SqliteUserStoreTest, CountsWhatIsChangedByHand) {
  struct Case {
    const char* name;
    const char* sql;
    std::vector<std::string> changed;
  };
  const Case cases[] = {
      {"a row is updated", "UPDATE users SET disabled = 1 WHERE username = 'alice'", {"alice"}},
      {"a row is deleted", "DELETE FROM users WHERE username = 'bob'", {"bob"}},
      {"a row is inserted", "INSERT INTO users (username) VALUES ('dora')", {"dora"}},
      {"a row is renamed", "UPDATE users SET username = 'karla' WHERE username = 'carol'", {"carol", "karla"}},
      {"a row is replaced by one with its email",
       "INSERT OR REPLACE INTO users (username, email) VALUES ('eve', 'alice@example.org')",
       {"alice", "eve"}},
      {"all rows are deleted", "DELETE FROM users", {"dora", "eve", "karla"}}};
  StoredUser alice = user_named("alice");
  alice.user.email = "alice@example.org";
  ASSERT_TRUE(store_->add(alice) && store_->add(user_named("bob")) && store_->add(user_named("carol")));
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::int64_t before = store_->changes_since(0, 100)->revision;
    EXPECT_EQ(by_hand(path_, c.sql), "");
    auto changes = store_->changes_since(before, 100);
    ASSERT_TRUE(changes);
    std::ranges::sort(changes->usernames);
    EXPECT_EQ(changes->usernames, c.changed);
    EXPECT_GT(changes->revision, before);
    for (const std::string& name : c.changed) EXPECT_GT(store_->look_up(name)->version, before);
  }
}

TEST_F(SqliteUserStoreTest, ListsChangesInPages) {
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(store_->add(user_named("user" + std::to_string(i))));
  ASSERT_TRUE(store_->update("user3", [](StoredUser& user) { user.user.disabled = true; }));
  std::vector<std::string> all;
  std::int64_t revision = 0;
  for (bool more = true; more;) {
    const auto page = store_->changes_since(revision, 10);
    ASSERT_TRUE(page);
    EXPECT_LE(page->usernames.size(), 10U);
    all.insert(all.end(), page->usernames.begin(), page->usernames.end());
    revision = page->revision;
    more = page->more;
  }
  ASSERT_EQ(all.size(), 25U) << "each name once";
  EXPECT_EQ(all.back(), "user3");
  EXPECT_EQ(*store_->revision_at(unix_now() + std::chrono::hours{1}), revision);
  EXPECT_EQ(*store_->revision_at(unix_now() - std::chrono::hours{1}), 0);
}

TEST_F(SqliteUserStoreTest, RefusesRowsThatItCannotRead) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(store_->add(user_named("bob")));
  for (const char* roles : {"", "not json", "{}", "[1]", "[\"a\"", "\"admin\"", "null", "[[\"a\"]]"}) {
    SCOPED_TRACE(roles);
    ASSERT_EQ(by_hand(path_, std::string{"UPDATE users SET roles = '"} + roles + "' WHERE username = 'alice'"), "");
    EXPECT_EQ(store_->find("alice").error(), StoreError::unavailable);
    EXPECT_EQ(store_->look_up("alice").error(), StoreError::unavailable);
    EXPECT_EQ(store_->list().error(), StoreError::unavailable);
    EXPECT_NE(store_->last_failure().find("\"alice\""), std::string::npos) << store_->last_failure();
    EXPECT_TRUE(store_->look_up("bob")) << "other rows are served";
  }
  EXPECT_TRUE(store_->remove("alice")) << "and can be deleted";
}

TEST_F(SqliteUserStoreTest, KeepsForeignValuesOutOfTheTable) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  EXPECT_NE(by_hand(path_, "UPDATE users SET disabled = 2"), "");
  EXPECT_NE(by_hand(path_, "UPDATE users SET disabled = 'no'"), "");
  EXPECT_NE(by_hand(path_, "UPDATE users SET username = x'00ff'"), "");
  EXPECT_NE(by_hand(path_, "INSERT INTO users (username) VALUES ('')"), "");
}

TEST_F(SqliteUserStoreTest, MakesItsFileReadableForItsOwnerAlone) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat found{};
    ASSERT_EQ(::stat((path_ + suffix).c_str(), &found), 0) << suffix;
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(SqliteUserStoreTest, SaysWhyAFileCannotBeOpened) {
  struct Case {
    const char* name;
    std::string path;
    SqliteUserStore::Missing missing;
    const char* expected;
  };
  const std::string foreign = folder_.file("foreign.db"), newer = folder_.file("newer.db");
  ASSERT_EQ(by_hand(foreign, "CREATE TABLE users (id INTEGER)"), "");
  ASSERT_EQ(by_hand(newer, "PRAGMA user_version = 99; CREATE TABLE x (y)"), "");
  using Missing = SqliteUserStore::Missing;
  const Case cases[] = {
      {"no such file", folder_.file("none.db"), Missing::refuse, "no such file"},
      {"no such folder", folder_.file("none/users.db"), Missing::create, "No such file or directory"},
      {"not a database", folder_.write("text.db", std::string(4096, 'x')), Missing::create, "not a database"},
      {"somebody else's table", foreign, Missing::create, "that bearward did not make"},
      {"a newer version's", newer, Missing::create, "newer version"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto opened = SqliteUserStore::open(c.path, c.missing);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find(c.expected), std::string::npos) << opened.error();
    EXPECT_NE(opened.error().find(c.path), std::string::npos) << opened.error();
  }
}

TEST_F(SqliteUserStoreTest, IsUnavailableWhileItsFileIsGoneOrBrokenAndComesBack) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  const std::string away = folder_.file("away.db");
  ASSERT_EQ(by_hand(path_, "PRAGMA wal_checkpoint(TRUNCATE)"), "");
  std::filesystem::rename(path_, away);
  EXPECT_EQ(store_->look_up("alice").error(), StoreError::unavailable);
  EXPECT_FALSE(std::filesystem::exists(path_)) << "a lost file is not silently replaced by an empty one";
  folder_.write("users.db", "garbage");
  EXPECT_EQ(store_->look_up("alice").error(), StoreError::unavailable);
  EXPECT_EQ(store_->add(user_named("bob")).error(), StoreError::unavailable);
  EXPECT_NE(store_->last_failure(), "");
  std::filesystem::rename(away, path_);
  EXPECT_TRUE(store_->look_up("alice")->user);
}

TEST_F(SqliteUserStoreTest, SeesAnotherFileThatTakesItsPlaceAndHarmsNothingOfIt) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
  const auto other = open();
  ASSERT_TRUE(other->add(user_named("bob")));
  EXPECT_FALSE(store_->look_up("alice")->user);
  EXPECT_TRUE(store_->look_up("bob")->user);
  EXPECT_TRUE(std::filesystem::exists(path_ + "-wal")) << "closing the old file deleted what belongs to the new one";
}

TEST_F(SqliteUserStoreTest, ServesManyThreadsAtOnce) {
  constexpr int threads = 8, rounds = 20;
  ASSERT_TRUE(store_->add(user_named("shared")));
  std::vector<std::jthread> running;
  std::atomic<int> failures = 0;
  for (int t = 0; t < threads; ++t) {
    running.emplace_back([&, t] {
      for (int i = 0; i < rounds; ++i) {
        const std::string name = "user" + std::to_string(t) + "-" + std::to_string(i);
        if (!store_->add(user_named(name)) || !store_->look_up(name)->user) ++failures;
        if (!store_->update("shared", [](StoredUser& user) { user.user.full_name += "x"; })) ++failures;
      }
    });
  }
  running.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(store_->list()->size(), std::size_t{threads * rounds + 1});
  EXPECT_EQ(store_->look_up("shared")->user->full_name.size(), std::size_t{threads * rounds}) << "no change was lost";
}

TEST_F(SqliteUserStoreTest, TwoProcessesCanMakeOneFileAtATime) {
  const std::string path = folder_.file("new.db");
  std::vector<std::jthread> running;
  std::atomic<int> opened = 0;
  for (int t = 0; t < 4; ++t) running.emplace_back([&] { opened += SqliteUserStore::open(path).has_value() ? 1 : 0; });
  running.clear();
  EXPECT_EQ(opened, 4);
}

TEST_F(SqliteUserStoreTest, ImportsAllOrNone) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(store_->add(user_named("old")));
  ASSERT_TRUE(store_->remove("old"));
  const std::vector<StoredUser> users{user_named("bob"), user_named("alice"), user_named("old")};
  const auto refused = store_->import(users, Existing::refuse, /*dry_run=*/false);
  ASSERT_TRUE(refused);
  ASSERT_EQ(refused->problems.size(), 1U);
  EXPECT_EQ(refused->problems[0].index, 1U);
  EXPECT_EQ(store_->list()->size(), 1U);
  ASSERT_TRUE(store_->import(users, Existing::skip, /*dry_run=*/true));
  EXPECT_EQ(store_->list()->size(), 1U);
  const auto done = store_->import(users, Existing::skip, /*dry_run=*/false);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->added, 2U);
  EXPECT_EQ(done->skipped, 1U);
  EXPECT_EQ(store_->look_up("bob")->user->tokens_not_before, decltype(User::tokens_not_before){});
  EXPECT_GT(store_->look_up("old")->user->tokens_not_before, decltype(User::tokens_not_before){})
      << "tokens of the one who had the name before are not this one's";
}

const std::string bcrypt_rest = "YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";
const std::string argon2_rest = "m=19456,t=2,p=1$qSRd7ri2vUI2xOfkQE3tbQ$gzKgxk2RnOSW+tQ99sOUA0Nz4gySyUy8LY2kqkp1TTk";

std::map<std::string, int> decoys_of(SqliteUserStore& store, int names) {
  std::map<std::string, int> drawn;
  for (int i = 0; i < names; ++i) ++drawn[store.decoy_kind("name" + std::to_string(i)).value().value_or("none")];
  return drawn;
}

TEST_F(SqliteUserStoreTest, DrawsDecoysInTheProportionOfRealHashes) {
  EXPECT_EQ(*store_->decoy_kind("mallory"), std::nullopt) << "nobody has a password yet";
  const std::string hashes[] = {"$2b$12$" + bcrypt_rest,
                                "$2y$12$" + bcrypt_rest,
                                "$argon2id$v=19$" + argon2_rest,
                                "$7$CU..../....qaQyLy3vNPfyi4v5rXBvj1$CW.rBbYuVCTY4.r9K7/0gg09w6UYBUBPtGYlBKXBeU8",
                                "",
                                "!$2b$12$" + bcrypt_rest,
                                "$2b$31$" + bcrypt_rest};
  for (int i = 0; i < 70; ++i) {
    StoredUser user = user_named("user" + std::to_string(i));
    user.password_hash = hashes[i % 7];
    ASSERT_TRUE(store_->add(user));
  }
  const auto drawn = decoys_of(*store_, 1'000);
  ASSERT_EQ(drawn.size(), 3U) << "only what takes time, and never what would take a day";
  EXPECT_NEAR(drawn.at("$2b$12$"), 500, 100);
  EXPECT_NEAR(drawn.at("$argon2id$v=19$m=19456,t=2,p=1$"), 250, 80);
  EXPECT_NEAR(drawn.at("$7$CU..../...."), 250, 80);
  EXPECT_EQ(decoys_of(*open(), 1'000), drawn) << "another process, or this one after a restart, draws the same";
}

TEST_F(SqliteUserStoreTest, CountsTheKindsOfHashesThroughEveryChange) {
  ASSERT_EQ(by_hand(path_, "INSERT INTO users (username, password_hash) VALUES ('a', '$2b$04$" + bcrypt_rest +
                               "'), ('b', '$2b$04$" + bcrypt_rest + "')"),
            "");
  EXPECT_EQ(decoys_of(*store_, 20), (std::map<std::string, int>{{"$2b$04$", 20}}));
  ASSERT_TRUE(store_->update("a", [](StoredUser& user) { user.password_hash = "$argon2id$v=19$" + argon2_rest; }));
  EXPECT_EQ(decoys_of(*store_, 200).size(), 2U);
  ASSERT_TRUE(store_->remove("b"));
  EXPECT_EQ(decoys_of(*store_, 20), (std::map<std::string, int>{{"$argon2id$v=19$m=19456,t=2,p=1$", 20}}));
  ASSERT_TRUE(store_->update("a", [](StoredUser& user) { user.password_hash.clear(); }));
  EXPECT_EQ(decoys_of(*store_, 20), (std::map<std::string, int>{{"none", 20}}));
}

}  // namespace
}  // namespace bearward::store
