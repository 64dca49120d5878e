#include "store/sqlite/revoked_tokens.h"

#include <gtest/gtest.h>

#include "store/sqlite/sqlite_user_store.h"
#include "support/by_hand.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::by_hand;
using Ids = std::vector<std::string>;

class RevokedTokensTest : public ::testing::Test {
 protected:
  RevokedTokensTest() {
    for (const char* name : {"alice", "bob"}) add(name);
  }

  void add(const std::string& name) {
    StoredUser stored;
    stored.user.username = name;
    ASSERT_TRUE(store_->add(stored));
  }
  UserState state_of(std::string_view name) { return store_->look_up(name).value(); }
  bool revoke(std::string_view subject, std::string_view id, UnixTime expires_at = unix_now() + 1h) {
    return store_->revoke_token(subject, id, expires_at).has_value();
  }

  testing::TemporaryDirectory folder_;
  std::string path_ = folder_.file("users.db");
  std::unique_ptr<SqliteUserStore> store_ = std::move(SqliteUserStore::open(path_).value());
};

TEST_F(RevokedTokensTest, AreInTheRecordOfTheirUserAloneSortedAndNoneTwice) {
  for (const char* id : {"m", "z", "a", "m"}) EXPECT_TRUE(revoke("alice", id));
  EXPECT_EQ(state_of("alice").user->revoked, (Ids{"a", "m", "z"}));
  EXPECT_TRUE(state_of("bob").user->revoked.empty());
  EXPECT_EQ(state_of("alice").user->tokens_not_before, UnixMilliseconds{});
}

TEST_F(RevokedTokensTest, AreAChangeOfTheirUserWhichEveryWatcherHearsOf) {
  const auto expect_change = [this](const std::string& name, const std::function<void()>& change) {
    const std::int64_t before = store_->changes_since(0, 100)->revision;
    const std::int64_t version = state_of(name).version;
    change();
    const auto changes = store_->changes_since(before, 100);
    EXPECT_EQ(changes->usernames, Ids{name});
    EXPECT_GT(state_of(name).version, version);
    EXPECT_EQ(state_of(name).version, changes->revision);
  };
  for (const std::string name : {"alice", "client:reporting"}) {
    SCOPED_TRACE(name);
    expect_change(name, [&] { EXPECT_TRUE(revoke(name, "t1")); });
    expect_change(name, [&] { EXPECT_TRUE(revoke(name, "t1", unix_now() + 2h)); });
    expect_change(name, [&] { EXPECT_TRUE(store_->revoke_all_tokens(name)); });
    expect_change(name, [&] {
      EXPECT_EQ(by_hand(path_, "INSERT INTO revoked_tokens VALUES ('" + name + "', 'by hand', unixepoch() + 60)"), "");
    });
    expect_change(name, [&] { EXPECT_EQ(by_hand(path_, "DELETE FROM revoked_tokens"), ""); });
  }
  const std::int64_t before = store_->changes_since(0, 100)->revision;
  EXPECT_TRUE(revoke("bob", "t1"));
  EXPECT_TRUE(revoke("bob", "t1", unix_now() + 1s));
  EXPECT_EQ(store_->changes_since(before, 100)->revision, before + 1) << "nothing new, or less";
}

TEST_F(RevokedTokensTest, AreKeptUntilNoNodeWouldTakeThemAndThenForgotten) {
  EXPECT_TRUE(revoke("alice", "just expired", unix_now() - 1s)) << "within the leeway it is still good";
  EXPECT_TRUE(revoke("alice", "long expired", unix_now() - 2h));
  EXPECT_EQ(state_of("alice").user->revoked, Ids{"just expired"});
  ASSERT_EQ(by_hand(path_, "UPDATE revoked_tokens SET expires_at = unixepoch() - 1"), "");
  const std::int64_t before = store_->changes_since(0, 100)->revision;
  EXPECT_TRUE(state_of("alice").user->revoked.empty());
  EXPECT_TRUE(revoke("bob", "t1"));
  EXPECT_EQ(store_->changes_since(before, 100)->usernames, Ids{"bob"}) << "forgetting is no change";
  EXPECT_EQ(by_hand(path_, "INSERT INTO revoked_tokens VALUES ('alice', 'just expired', 0)"), "") << "the row is gone";
}

TEST_F(RevokedTokensTest, AreAllOfTheSubjectsWhenTooManyOrNamedTooLong) {
  for (const std::string name : {"alice", "client:reporting"}) {
    SCOPED_TRACE(name);
    for (std::size_t i = 0; i < max_revoked_ids; ++i) ASSERT_TRUE(revoke(name, "t" + std::to_string(i)));
    EXPECT_EQ(state_of(name).user->revoked.size(), max_revoked_ids);
    EXPECT_EQ(state_of(name).user->tokens_not_before, UnixMilliseconds{});
    const UnixMilliseconds before = unix_now_ms();
    ASSERT_TRUE(revoke(name, "one more"));
    EXPECT_TRUE(state_of(name).user->revoked.empty());
    EXPECT_GT(state_of(name).user->tokens_not_before, before);
  }
  for (const std::string& id : {std::string{}, std::string(max_revoked_id_bytes + 1, 'x')}) {
    ASSERT_TRUE(revoke("bob", id));
    EXPECT_TRUE(state_of("bob").user->revoked.empty());
    EXPECT_NE(state_of("bob").user->tokens_not_before, UnixMilliseconds{});
  }
}

TEST_F(RevokedTokensTest, OfAClientAreNoUsersAndTheOtherWayRound) {
  EXPECT_EQ(by_hand(path_, "INSERT INTO users (username, roles) VALUES ('client:x', '[\"admin\"]')"), "");
  EXPECT_TRUE(state_of("client:x").user->roles.empty()) << "a row by that name is nobody's";
  EXPECT_EQ(state_of("client:never-seen").user->username, "client:never-seen");
  EXPECT_EQ(state_of("client:never-seen").version, 0);
  EXPECT_TRUE(revoke("client:alice", "t1"));
  EXPECT_TRUE(store_->revoke_all_tokens("client:alice"));
  EXPECT_TRUE(state_of("alice").user->revoked.empty());
  EXPECT_EQ(state_of("alice").user->tokens_not_before, UnixMilliseconds{});
}

TEST_F(RevokedTokensTest, OfNobodyAreNoHarm) {
  EXPECT_TRUE(revoke("nobody", "t1"));
  EXPECT_FALSE(state_of("nobody").user);
  EXPECT_EQ(store_->revoke_all_tokens("nobody").error(), StoreError::not_found);
}

TEST_F(RevokedTokensTest, NeverComeBackWithANameThatIsUsedAgain) {
  const UnixMilliseconds before = unix_now_ms();
  ASSERT_TRUE(store_->remove("alice"));
  add("alice");
  EXPECT_GT(state_of("alice").user->tokens_not_before, before);
  EXPECT_EQ(state_of("bob").user->tokens_not_before, UnixMilliseconds{});
}

TEST_F(RevokedTokensTest, ThatCannotBeReadLetNobodyIn) {
  for (const char* sql : {"INSERT INTO revoked_tokens VALUES ('alice', hex(randomblob(40)), unixepoch() + 60)",
                          "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 300)"
                          " INSERT INTO revoked_tokens SELECT 'alice', 't' || i, unixepoch() + 60 FROM n"}) {
    ASSERT_EQ(by_hand(path_, sql), "");
    EXPECT_EQ(store_->look_up("alice").error(), StoreError::unavailable) << sql;
    EXPECT_NE(store_->last_failure().find("\"alice\""), std::string::npos);
    ASSERT_EQ(by_hand(path_, "DELETE FROM revoked_tokens"), "");
    EXPECT_TRUE(store_->look_up("alice"));
  }
}

}  // namespace
}  // namespace bearward::store
