#include "store/sqlite/sqlite_refresh_store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "store/sqlite/sqlite_user_store.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;

constexpr UnixMilliseconds start_of_test{1'800'000'000'000ms};
constexpr auto ttl = 14 * 24h;

/// A second opinion on the file, as an administrator with sqlite3 has it.
class Sqlite {
 public:
  explicit Sqlite(const std::string& file) {
    if (sqlite3_open_v2(file.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK)
      throw std::runtime_error("cannot open " + file);
    sqlite3_busy_timeout(database_, 10'000);
  }
  ~Sqlite() { sqlite3_close(database_); }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
  }
  int count(const std::string& sql) {
    int found = -1;
    const auto keep = [](void* out, int, char** values, char**) {
      *static_cast<int*>(out) = std::stoi(values[0]);
      return 0;
    };
    if (sqlite3_exec(database_, sql.c_str(), keep, &found, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
    return found;
  }

 private:
  sqlite3* database_ = nullptr;
};

class SqliteRefreshStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add_user("alice");
    store = open();
  }
  void add_user(const std::string& name) {
    StoredUser user;
    user.user.username = name;
    ASSERT_TRUE(users->add(user));
  }
  std::unique_ptr<SqliteRefreshStore> open() { return std::move(SqliteRefreshStore::open(file).value()); }
  std::string start(const std::string& id = "f1", const std::string& username = "alice", UnixMilliseconds when = now) {
    return std::string(store->start({id, username, "spa", {"a", "b"}}, when, ttl).value().reveal());
  }
  /// The next token, or the error's name.
  std::string renew(const std::string& token, std::chrono::milliseconds after = 0ms,
                    std::chrono::milliseconds grace = 0ms) {
    const auto next = store->renew(token, now + after, ttl, grace);
    if (next) return std::string(next->reveal());
    switch (next.error()) {
      case RenewalError::unavailable:
        return "unavailable";
      case RenewalError::unknown:
        return "unknown";
      case RenewalError::reused:
        break;
    }
    return "reused";
  }
  static bool is_token(const std::string& text) { return text.size() == refresh_token_bytes; }
  bool known(const std::string& token) { return store->find(token).value().has_value(); }

  static constexpr UnixMilliseconds now = start_of_test;
  testing::TemporaryDirectory directory;
  std::string file = directory.file("users.db");
  std::unique_ptr<SqliteUserStore> users = std::move(SqliteUserStore::open(file).value());
  std::unique_ptr<SqliteRefreshStore> store;
};

TEST_F(SqliteRefreshStoreTest, ExchangesATokenForTheNext) {
  const std::string first = start();
  EXPECT_TRUE(is_token(first));
  const auto state = store->find(first).value();
  ASSERT_TRUE(state);
  EXPECT_EQ(state->family.id, "f1");
  EXPECT_EQ(state->family.username, "alice");
  EXPECT_EQ(state->family.client_id, "spa");
  EXPECT_EQ(state->family.scopes, (identity::Scopes{"a", "b"}));
  EXPECT_EQ(state->issued_at, now);
  EXPECT_EQ(state->expires_at, now + ttl);
  EXPECT_FALSE(state->used_at);

  const std::string second = renew(first, 1h);
  ASSERT_TRUE(is_token(second));
  EXPECT_NE(second, first);
  EXPECT_EQ(store->find(first).value()->used_at, now + 1h);
  EXPECT_EQ(store->find(second).value()->issued_at, now + 1h);
  EXPECT_EQ(store->find(second).value()->family.id, "f1");
  EXPECT_EQ(store->find(second).value()->expires_at, now + 1h + ttl);
  EXPECT_TRUE(is_token(renew(second, 2h)));
}

TEST_F(SqliteRefreshStoreTest, EndsTheLoginWhereATokenIsUsedTwice) {
  const std::string first = start();
  const std::string other_login = start("f2");
  const std::string second = renew(first);
  EXPECT_EQ(renew(first, 1ms), "reused");
  EXPECT_EQ(renew(second), "unknown");
  EXPECT_EQ(renew(first), "unknown");
  EXPECT_TRUE(is_token(renew(other_login)));
}

TEST_F(SqliteRefreshStoreTest, AllowsAnotherUseWithinTheGrace) {
  const std::string first = start();
  const std::string lost = renew(first, 0ms, 10s);
  const std::string second = renew(first, 9'999ms, 10s);
  ASSERT_TRUE(is_token(second));
  EXPECT_TRUE(is_token(renew(first, -1ms, 10s))) << "its caller looked at the clock before the first one did";
  EXPECT_EQ(store->find(lost).value()->used_at, now + 9'999ms) << "what was exchanged for it counts as lost";
  EXPECT_EQ(store->find(first).value()->used_at, now) << "a grace is counted from the first use";
  EXPECT_EQ(renew(first, 10s, 10s), "reused");
  EXPECT_FALSE(known(second));
}

TEST_F(SqliteRefreshStoreTest, KnowsNoOtherTokens) {
  const std::string token = start();
  for (const std::string& other : {std::string{}, std::string("x"), std::string(refresh_token_bytes, 'A'), token + "=",
                                   token.substr(1), " " + token, std::string(1 << 20, 'x')}) {
    EXPECT_EQ(renew(other), "unknown");
    EXPECT_FALSE(known(other));
  }
  std::string tampered = token;
  tampered[7] = tampered[7] == 'A' ? 'B' : 'A';
  EXPECT_EQ(renew(tampered), "unknown");
  EXPECT_EQ(renew(token, ttl), "unknown") << "expired";
  EXPECT_TRUE(is_token(renew(token, ttl - 1ms)));
}

TEST_F(SqliteRefreshStoreTest, KeepsNoTokenInTheFile) {
  const std::string token = start();
  for (const char* suffix : {"", "-wal"}) {
    std::ifstream stream(file + suffix, std::ios::binary);
    std::stringstream content;
    content << stream.rdbuf();
    EXPECT_EQ(content.str().find(token), std::string::npos);
  }
}

TEST_F(SqliteRefreshStoreTest, EndsALogin) {
  const std::string token = start();
  EXPECT_FALSE(store->end("f0").value());
  EXPECT_TRUE(store->end("f1").value());
  EXPECT_FALSE(store->end("f1").value());
  EXPECT_FALSE(known(token));
  EXPECT_EQ(Sqlite(file).count("SELECT count(*) FROM refresh_tokens"), 0);
}

TEST_F(SqliteRefreshStoreTest, EndsTheLoginsOfAUserWhoGoes) {
  struct Case {
    const char* name;
    const char* sql;
  };
  const Case cases[] = {
      {"deleted", "DELETE FROM users WHERE username = 'alice'"},
      {"renamed", "UPDATE users SET username = 'alicia' WHERE username = 'alice'"},
      {"replaced by a row of the same name", "INSERT OR REPLACE INTO users (username) VALUES ('alice')"},
      {"another who takes the name", "UPDATE OR REPLACE users SET username = 'alice' WHERE username = 'bob'"}};
  add_user("bob");
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string token = start(c.name);
    Sqlite(file).execute(c.sql);
    EXPECT_FALSE(known(token));
    Sqlite(file).execute("INSERT OR IGNORE INTO users (username) VALUES ('alice')");
    EXPECT_FALSE(known(token)) << "somebody else has the name now";
  }
  const std::string token = start("changed");
  Sqlite(file).execute("UPDATE users SET email = 'a@b', roles = '[\"x\"]', disabled = 1 WHERE username = 'alice'");
  EXPECT_TRUE(known(token)) << "whether it may be used is asked at its use";
  ASSERT_TRUE(users->remove("alice"));
  EXPECT_FALSE(known(token));
}

TEST_F(SqliteRefreshStoreTest, BoundsWhatItKeeps) {
  const std::string oldest = start("oldest");
  const std::string bobs = start("bobs", "bob");
  const std::string second = start("second", "alice", now + 1ms);
  const std::string renewed = renew(oldest, 2ms);
  Sqlite sqlite(file);
  sqlite.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 98) INSERT INTO refresh_families "
      "SELECT 'n' || i, 'alice', '', '', " +
      std::to_string((now + 3ms).time_since_epoch().count()) + ", 1900000000 FROM n");
  start("one more", "alice", now + 1h);
  EXPECT_EQ(sqlite.count("SELECT count(*) FROM refresh_families WHERE username = 'alice'"),
            static_cast<int>(max_families_of_user));
  EXPECT_TRUE(known(renewed)) << "renewed since";
  EXPECT_FALSE(known(second)) << "not renewed for the longest time";
  EXPECT_TRUE(known(bobs));

  sqlite.execute(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) INSERT INTO refresh_tokens "
      "SELECT 'n' || i, 'oldest', 0, 1900000000, 1 FROM n");
  EXPECT_TRUE(is_token(renew(renewed, 1h)));
  EXPECT_EQ(sqlite.count("SELECT count(*) FROM refresh_tokens WHERE family_id = 'oldest'"),
            static_cast<int>(max_tokens_of_family));
  EXPECT_TRUE(known(renewed)) << "of used tokens the newest are remembered";

  start("long after", "alice", now + ttl + 2h);
  start("again", "alice", now + ttl + 2h);
  EXPECT_FALSE(known(bobs)) << "expired, and cleared away";
}

TEST_F(SqliteRefreshStoreTest, LetsOneOfManyUsesWin) {
  const std::unique_ptr<SqliteRefreshStore> other_process = open();
  for (int round = 0; round < 5; ++round) {
    const std::string token = start("f" + std::to_string(round));
    std::atomic<int> ready = 0, won = 0, unavailable = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([&, i] {
        SqliteRefreshStore& mine = i % 2 == 0 ? *store : *other_process;
        for (++ready; ready < 20;) std::this_thread::yield();
        const auto next = mine.renew(token, now, ttl, 0ms);
        if (next) ++won;
        if (!next && next.error() == RenewalError::unavailable) ++unavailable;
      });
    }
    for (std::thread& each : threads) each.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(unavailable, 0);
    EXPECT_FALSE(known(token)) << "used twice";
  }
}

TEST_F(SqliteRefreshStoreTest, GrantsNothingWhileTheFileIsLocked) {
  const std::string token = start();
  Sqlite other(file);
  other.execute("BEGIN IMMEDIATE");
  EXPECT_EQ(renew(token), "unavailable");
  EXPECT_FALSE(store->start({"f2", "alice", "", {}}, now, ttl));
  EXPECT_TRUE(known(token)) << "reading needs no lock";
  EXPECT_NE(store->last_failure().find("locked"), std::string::npos) << store->last_failure();
  other.execute("ROLLBACK");
  EXPECT_TRUE(is_token(renew(token)));
}

TEST_F(SqliteRefreshStoreTest, GrantsNothingOnAFullDisk) {
  const std::string token = start();
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{.rlim_cur = std::filesystem::file_size(file + "-wal"), .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const std::string refused = renew(token);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, ignored);
  EXPECT_EQ(refused, "unavailable");
  EXPECT_TRUE(is_token(renew(token))) << "the token is as good as before";
}

TEST_F(SqliteRefreshStoreTest, GoesOnWithAFileThatTookThePlace) {
  const std::string token = start();
  std::filesystem::rename(file, file + ".old");
  EXPECT_EQ(renew(token), "unavailable");
  users = std::move(SqliteUserStore::open(file).value());
  EXPECT_EQ(renew(token), "unknown");
  add_user("alice");
  EXPECT_TRUE(known(start()));
}

}  // namespace
}  // namespace bearward::store
