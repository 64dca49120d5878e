#include "store/sqlite/change_watch.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>

#include "loop.h"
#include "store/sqlite/sqlite_user_store.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::Loop;
using testing::TemporaryDirectory;

class ChangeWatchTest : public ::testing::Test {
 protected:
  ChangeWatchTest() {
    watch_ = std::make_unique<ChangeWatch>(loop_.executor(), path_, [this](const ChangedUsers& changed) {
      all_ = all_ || changed.all;
      seen_.insert(seen_.end(), changed.usernames.begin(), changed.usernames.end());
    });
  }
  ~ChangeWatchTest() override {
    watch_.reset();
    EXPECT_TRUE(loop_.run_out());
  }

  static StoredUser user_named(const std::string& name) {
    StoredUser stored;
    stored.user.username = name;
    return stored;
  }
  void by_hand(const char* sql) {
    sqlite3* database = nullptr;
    sqlite3_open(path_.c_str(), &database);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  bool sees(const std::string& name, std::chrono::milliseconds limit = testing::patience) {
    return loop_.run_until([&] { return std::ranges::find(seen_, name) != seen_.end(); }, limit);
  }
  // How long after `change` returns the watch has told of `name`.
  std::chrono::milliseconds delay_of(const std::string& name, const std::function<void()>& change) {
    seen_.clear();
    change();
    const auto returned = std::chrono::steady_clock::now();
    EXPECT_TRUE(sees(name));
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - returned);
  }

  TemporaryDirectory folder_;
  std::string path_ = folder_.file("users.db");
  std::unique_ptr<SqliteUserStore> store_ = std::move(*SqliteUserStore::open(path_));
  Loop loop_;
  std::vector<std::string> seen_;
  bool all_ = false;
  std::unique_ptr<ChangeWatch> watch_;
};

TEST_F(ChangeWatchTest, NamesWhoChangedAndNobodyElse) {
  ASSERT_TRUE(store_->add(user_named("before")));
  ASSERT_TRUE(watch_->start());
  ASSERT_TRUE(store_->add(user_named("alice")));
  EXPECT_TRUE(sees("alice"));
  ASSERT_TRUE(store_->remove("alice"));
  ASSERT_TRUE(store_->add(user_named("bob")));
  EXPECT_TRUE(sees("bob"));
  EXPECT_EQ(std::ranges::count(seen_, "alice"), 2);
  EXPECT_EQ(std::ranges::count(seen_, "before"), 0);
  EXPECT_FALSE(all_);
}

TEST_F(ChangeWatchTest, TellsOfAChangeWithinTenMilliseconds) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(watch_->start());
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 31; ++i) {
    delays.push_back(delay_of("alice", [&] {
      ASSERT_TRUE(store_->update("alice", [](StoredUser& user) { user.user.disabled = !user.user.disabled; }));
    }));
  }
  std::ranges::nth_element(delays, delays.begin() + 15);
  EXPECT_LE(delays[15], 100ms) << "the median: single ones wait for the machine";
}

TEST_F(ChangeWatchTest, NoticesWhatSomebodyDoesWithTheSqliteShell) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(watch_->start());
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 11; ++i)
    delays.push_back(delay_of("alice", [&] { by_hand("UPDATE users SET disabled = 1 - disabled"); }));
  std::ranges::nth_element(delays, delays.begin() + 5);
  EXPECT_LE(delays[5], 500ms);
}

TEST_F(ChangeWatchTest, NoticesAWriterThatKeepsItsConnectionOpen) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(watch_->start());
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  for (int i = 0; i < 20; ++i) {
    seen_.clear();
    ASSERT_EQ(sqlite3_exec(database, "UPDATE users SET disabled = 1 - disabled", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_TRUE(sees("alice")) << "its event may come before its commit can be read";
  }
  sqlite3_close(database);
}

TEST_F(ChangeWatchTest, SaysAllWhenTooManyChange) {
  ASSERT_TRUE(watch_->start());
  by_hand(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
      " INSERT INTO users (username) SELECT 'user' || i FROM n");
  EXPECT_TRUE(loop_.run_until([&] { return all_; }));
}

TEST_F(ChangeWatchTest, SaysAllWhenAnotherFileTakesThePlace) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(watch_->start());
  {
    ASSERT_TRUE(std::move(*SqliteUserStore::open(folder_.file("other.db")))->add(user_named("bob")));
  }
  store_.reset();
  std::filesystem::remove(path_ + "-wal");
  std::filesystem::remove(path_ + "-shm");
  std::filesystem::rename(folder_.file("other.db"), path_);
  EXPECT_TRUE(loop_.run_until([&] { return all_; }));
}

TEST_F(ChangeWatchTest, IsSilentWhenNothingChangesAndAfterItsEnd) {
  ASSERT_TRUE(store_->add(user_named("alice")));
  ASSERT_TRUE(watch_->start());
  folder_.write("users.db.backup", "x");
  by_hand("SELECT * FROM users");
  ASSERT_TRUE(store_->update("alice", [](StoredUser&) {}));
  watch_.reset();
  ASSERT_TRUE(store_->remove("alice"));
  EXPECT_TRUE(loop_.run_out());
  EXPECT_TRUE(seen_.empty());
  EXPECT_FALSE(all_);
}

}  // namespace
}  // namespace bearward::store
