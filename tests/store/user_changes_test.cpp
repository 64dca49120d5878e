#include "store/user_changes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "loop.h"
#include "store/cached_user_store.h"
#include "store/redis/redis_connection.h"
#include "store/redis/user_record.h"
#include "store/sqlite/sqlite_user_store.h"
#include "support/redis_server.h"
#include "support/temporary_directory.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::Loop;
using testing::RedisServer;
using testing::TemporaryDirectory;

using Found = Result<std::shared_ptr<const identity::User>, StoreError>;

/// A gateway process in small: one worker and the control thread's part, on one loop.
class Node {
 public:
  Node(Loop& loop, const config::Users& users)
      : loop_(loop), store_(std::move(*SqliteUserStore::open(users.sqlite_path))), pool_(2, 64) {
    if (users.redis) {
      RedisSettings settings;
      settings.server = *users.redis;
      settings.first_backoff = settings.max_backoff = 5ms;
      redis_ = RedisConnection::create(loop.executor(), settings);
      redis_->start();
    }
    cached_ = std::make_unique<CachedUserStore>(
        loop.executor(), *store_, pool_, redis_,
        UserCacheSettings{.ttl = users.ttl, .local_ttl = users.local_ttl, .absent_ttl = users.local_ttl});
    changes_ = std::make_unique<UserChanges>(
        loop.executor(), *store_, pool_, users,
        UserChanges::Callbacks{.on_trust = [this](bool trusted) { cached_->set_trusted(trusted); },
                               .on_change = [this](const std::string& name) { cached_->forget(name); },
                               .on_change_of_all = [this] { cached_->forget_all(); },
                               .log = [this](std::string what) { log.push_back(std::move(what)); }});
    changes_->start();
  }
  /// As at a process's end; before it goes the loop runs out.
  void close() {
    watch_.reset();
    changes_->close();
    if (redis_) redis_->close();
  }

  void watch(const std::string& path) {
    watch_ = std::make_unique<ChangeWatch>(loop_.executor(), path,
                                           [this](const ChangedUsers& changed) { changes_->store_changed(changed); });
    EXPECT_TRUE(watch_->start());
  }

  bool trusts() {
    return loop_.run_until([&] { return cached_->trusted() && (!redis_ || redis_->up()); });
  }
  bool distrusts() {
    return loop_.run_until([&] { return !cached_->trusted(); });
  }
  Found find(const std::string& name) { return loop_.run(cached_->find(name)); }
  bool lets_in(const std::string& name) {
    const Found found = find(name);
    return found && *found && !(*found)->disabled;
  }
  bool has_copy(const std::string& name) { return cached_->peek(name, steady_now()) != nullptr; }
  void set_disabled(const std::string& name, bool disabled) {
    EXPECT_TRUE(store_->update(name, [&](StoredUser& user) { user.user.disabled = disabled; }));
  }
  bool announce(const std::string& name) { return loop_.run(changes_->announce(name)); }

  SqliteUserStore& store() { return *store_; }
  UserChanges& changes() { return *changes_; }
  CachedUserStore& cached() { return *cached_; }
  std::vector<std::string> log;

 private:
  Loop& loop_;
  std::unique_ptr<SqliteUserStore> store_;
  async::BlockingPool pool_;
  std::shared_ptr<RedisConnection> redis_;
  std::unique_ptr<CachedUserStore> cached_;
  std::unique_ptr<UserChanges> changes_;
  std::unique_ptr<ChangeWatch> watch_;
};

class UserChangesTest : public ::testing::Test {
 protected:
  UserChangesTest() {
    users_.sqlite_path = folder_.file("users.db");
    users_.ttl = 60s;
    users_.local_ttl = 60s;  // nothing here may pass because a copy grew old
    auto store = std::move(*SqliteUserStore::open(users_.sqlite_path));
    for (const char* name : {"alice", "bob"}) {
      StoredUser user;
      user.user.username = name;
      EXPECT_TRUE(store->add(user));
    }
  }

  ~UserChangesTest() override { stop_nodes(); }

  Node& start_node() { return *nodes_.emplace_back(std::make_unique<Node>(loop_, users_)); }
  void stop_nodes() {
    for (const auto& node : nodes_) node->close();
    EXPECT_TRUE(loop_.run_out()) << "closed, nodes leave nothing to do";
    nodes_.clear();
  }
  void use_redis() {
    server_ = std::make_unique<RedisServer>();
    users_.redis.emplace();
    users_.redis->host = "127.0.0.1";
    users_.redis->port = server_->port();
  }
  std::optional<UserRecord> record(const std::string& name) {
    return decode_record(server_->command({"GET", record_key("", name)}), name);
  }

  TemporaryDirectory folder_;
  config::Users users_;
  std::unique_ptr<RedisServer> server_;
  Loop loop_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

TEST_F(UserChangesTest, WithoutRedisCopiesAreTrustedAndTheWatchDropsThem) {
  Node& node = start_node();
  node.watch(users_.sqlite_path);
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice"));
  ASSERT_TRUE(node.has_copy("alice"));
  SqliteUserStore& other_process = node.store();
  ASSERT_TRUE(other_process.update("alice", [](StoredUser& user) { user.user.disabled = true; }));
  const auto changed = steady_now();
  ASSERT_TRUE(loop_.run_until([&] { return !node.has_copy("alice"); }));
  EXPECT_LT(steady_now() - changed, 5s);
  EXPECT_FALSE(node.lets_in("alice"));
}

TEST_F(UserChangesTest, AChangeOnOneNodeIsKnownToTheOtherWithinMilliseconds) {
  use_redis();
  Node &here = start_node(), &there = start_node();  // no watch: as on two machines
  ASSERT_TRUE(here.trusts() && there.trusts());
  std::vector<SteadyTime::duration> delays;
  for (int i = 0; i < 21; ++i) {
    const bool disabled = i % 2 == 0;
    ASSERT_EQ(there.lets_in("alice"), disabled);
    ASSERT_TRUE(there.has_copy("alice"));
    here.set_disabled("alice", disabled);
    ASSERT_TRUE(here.announce("alice"));
    const SteadyTime answered = steady_now();
    ASSERT_FALSE(here.has_copy("alice"));
    ASSERT_TRUE(loop_.run_until([&] { return !there.has_copy("alice"); }));
    delays.push_back(steady_now() - answered);
    EXPECT_EQ(record("alice")->state.user->disabled, disabled);
  }
  std::ranges::nth_element(delays, delays.begin() + 10);
  EXPECT_LT(delays[10], 100ms) << "the median: single ones wait for the machine";
}

TEST_F(UserChangesTest, ACommandAnnouncesWithoutAGatewayOfItsOwn) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice") && node.lets_in("bob"));
  const auto store = std::move(*SqliteUserStore::open(users_.sqlite_path));
  ASSERT_TRUE(store->update("alice", [](StoredUser& user) { user.user.disabled = true; }));
  ASSERT_EQ(announce_now(users_, *store, "alice"), Announced::done);
  EXPECT_TRUE(record("alice")->state.user->disabled) << "when it returns Redis has it";
  ASSERT_TRUE(loop_.run_until([&] { return !node.has_copy("alice"); }));
  EXPECT_FALSE(node.lets_in("alice"));
  EXPECT_TRUE(node.has_copy("bob"));
  ASSERT_TRUE(store->remove("bob"));
  ASSERT_EQ(announce_now(users_, *store, "bob"), Announced::done);
  EXPECT_FALSE(record("bob")->state.user) << "a tombstone";
  ASSERT_TRUE(loop_.run_until([&] { return !node.has_copy("bob"); }));
  EXPECT_FALSE(node.lets_in("bob"));
}

TEST_F(UserChangesTest, ACommandSaysWhenRedisDoesNotAnswerAndDoesNotWaitForEver) {
  const auto store = std::move(*SqliteUserStore::open(users_.sqlite_path));
  EXPECT_EQ(announce_now(users_, *store, "alice"), Announced::no_redis);
  use_redis();
  server_->freeze();
  const SteadyTime began = steady_now();
  EXPECT_EQ(announce_now(users_, *store, "alice", 100ms), Announced::failed);
  EXPECT_LT(steady_now() - began, 4s);
  server_->stop();
  EXPECT_EQ(announce_now(users_, *store, "alice", 100ms), Announced::failed);
}

TEST_F(UserChangesTest, WhileRedisIsAwayEveryRequestAsksTheStore) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice"));
  server_->stop();
  ASSERT_TRUE(node.distrusts());
  EXPECT_FALSE(node.has_copy("alice"));
  EXPECT_TRUE(node.lets_in("alice"));
  EXPECT_FALSE(node.has_copy("alice"));
  node.set_disabled("alice", true);  // by whomever: nobody can tell this node
  EXPECT_FALSE(node.lets_in("alice"));
  server_->start();
  ASSERT_TRUE(node.trusts());
  EXPECT_FALSE(node.lets_in("alice"));
  ASSERT_GE(node.log.size(), 3U);
}

TEST_F(UserChangesTest, AFrozenRedisIsNoticedWithinTwoSeconds) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  server_->freeze();
  const SteadyTime frozen = steady_now();
  ASSERT_TRUE(node.distrusts());
  EXPECT_LT(steady_now() - frozen, 4s);
  node.set_disabled("alice", true);
  EXPECT_FALSE(node.announce("alice")) << "the PATCH is told that Redis did not hear of it";
  EXPECT_FALSE(node.lets_in("alice"));
  server_->thaw();
  ASSERT_TRUE(node.trusts());
  EXPECT_FALSE(node.lets_in("alice"));
}

TEST_F(UserChangesTest, WhatChangedWhileRedisWasAwayIsWrittenBeforeItIsTrustedAgain) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice") && node.lets_in("bob"));
  ASSERT_TRUE(loop_.run_until([&] { return record("alice") && record("bob"); }));
  server_->freeze();  // it keeps what it had: that alice is enabled and that bob is there
  ASSERT_TRUE(node.distrusts());
  node.set_disabled("alice", true);
  ASSERT_TRUE(node.store().remove("bob"));
  server_->thaw();
  ASSERT_TRUE(node.trusts());
  EXPECT_TRUE(record("alice")->state.user->disabled);
  EXPECT_FALSE(record("bob")->state.user);
  EXPECT_FALSE(node.lets_in("alice"));
  EXPECT_FALSE(node.lets_in("bob"));
}

TEST_F(UserChangesTest, ARedisThatComesBackWithAnOldMemoryIsCorrected) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice"));
  ASSERT_TRUE(loop_.run_until([&] { return record("alice").has_value(); }));
  const std::string old_record = server_->command({"GET", record_key("", "alice")});
  node.set_disabled("alice", true);
  ASSERT_TRUE(node.announce("alice"));  // Redis heard of it and then lost it
  server_->stop();
  ASSERT_TRUE(node.distrusts());
  server_->start();
  server_->command({"SET", record_key("", "alice"), old_record});
  ASSERT_TRUE(node.trusts());
  EXPECT_FALSE(node.lets_in("alice"));
}

TEST_F(UserChangesTest, AGatewayThatStartsCorrectsWhatChangedBefore) {
  use_redis();
  Node& before = start_node();
  ASSERT_TRUE(before.trusts() && before.lets_in("alice"));
  ASSERT_TRUE(loop_.run_until([&] { return record("alice").has_value(); }));
  before.set_disabled("alice", true);  // by a command that Redis did not answer
  stop_nodes();
  EXPECT_FALSE(record("alice")->state.user->disabled);
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  EXPECT_FALSE(node.lets_in("alice"));
}

TEST_F(UserChangesTest, ARedisThatRefusesToWriteIsNotTrusted) {
  use_redis();
  Node& node = start_node();
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice"));
  server_->command({"CONFIG", "SET", "maxmemory", "1"});
  node.set_disabled("alice", true);
  EXPECT_FALSE(node.announce("alice"));
  EXPECT_FALSE(node.changes().trusted());
  EXPECT_FALSE(node.lets_in("alice"));
  server_->command({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(node.trusts());
  EXPECT_TRUE(record("alice")->state.user->disabled);
}

TEST_F(UserChangesTest, AChangeByHandReachesRedisThroughTheWatch) {
  use_redis();
  Node &here = start_node(), &there = start_node();
  here.watch(users_.sqlite_path);
  ASSERT_TRUE(here.trusts() && there.trusts());
  ASSERT_TRUE(here.lets_in("alice") && there.lets_in("alice"));
  here.set_disabled("alice", true);  // not announced by anybody
  ASSERT_TRUE(loop_.run_until([&] { return !here.has_copy("alice") && !there.has_copy("alice"); }));
  EXPECT_FALSE(there.lets_in("alice"));
  EXPECT_TRUE(record("alice")->state.user->disabled);
}

TEST_F(UserChangesTest, AChangeOfTooManyIsCaughtUpWith) {
  use_redis();
  Node& node = start_node();
  node.watch(users_.sqlite_path);
  ASSERT_TRUE(node.trusts());
  ASSERT_TRUE(node.lets_in("alice"));
  for (int i = 0; i < 600; ++i) {
    StoredUser user;
    user.user.username = "user" + std::to_string(i);
    ASSERT_TRUE(node.store().add(user));
  }
  node.set_disabled("alice", true);
  ASSERT_TRUE(loop_.run_until([&] { return record("alice") && record("alice")->state.user->disabled; }));
  ASSERT_TRUE(node.trusts());
  EXPECT_FALSE(node.lets_in("alice"));
}

TEST_F(UserChangesTest, AWriterAndManyReadersNeverLeaveAnOldRecordBehind) {
  use_redis();
  Node &here = start_node(), &there = start_node();
  ASSERT_TRUE(here.trusts() && there.trusts());
  int running = 0;
  for (int round = 0; round < 30; ++round) {
    here.set_disabled("alice", round % 2 == 0);
    ++running;
    loop_.spawn<bool>(here.changes().announce("alice"), [&](bool) { --running; });
    for (Node* node : {&here, &there}) {
      for (int i = 0; i < 5; ++i) {
        ++running;
        loop_.spawn<Found>(node->cached().find("alice"), [&](const Found&) { --running; });
      }
    }
    if (round % 7 == 0) {
      ASSERT_TRUE(loop_.run_until([&] { return running == 0; }));
    }
  }
  here.set_disabled("alice", true);
  ASSERT_TRUE(here.announce("alice"));
  ASSERT_TRUE(loop_.run_until([&] { return running == 0; }));
  ASSERT_TRUE(loop_.run_until([&] { return !there.lets_in("alice"); }, 5s));
  EXPECT_FALSE(here.lets_in("alice"));
  EXPECT_EQ(record("alice")->state.version, here.store().look_up("alice")->version);
}

}  // namespace
}  // namespace bearward::store
