#include "store/cached_user_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>

#include "loop.h"
#include "store/redis/user_record.h"
#include "support/redis_server.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;
using testing::Loop;
using testing::RedisServer;

using Found = Result<std::shared_ptr<const identity::User>, StoreError>;

identity::User user_of(const std::string& name, bool disabled, std::int64_t version) {
  identity::User user;
  user.username = name;
  user.disabled = disabled;
  user.version = version;
  return user;
}

/// A store that breaks, and that stops in the middle of a read, when a test wants it to.
class FaultyStore final : public UserStore {
 public:
  void set(const std::string& name, bool disabled) {
    const std::lock_guard lock(mutex_);
    ++revision_;
    users_[name] = user_of(name, disabled, revision_);
  }
  void drop(const std::string& name) {
    const std::lock_guard lock(mutex_);
    users_.erase(name);
    ++revision_;
  }
  void fail(bool fails) { fails_ = fails; }
  int reads() const { return reads_; }
  /// From now on a read, once it has read, holds what it read until `let_go`.
  void hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
    held_ = 0;
  }
  void wait_until_held() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, testing::patience, [this] { return held_ > 0; });
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    holds_ = false;
    changed_.notify_all();
  }

  Result<UserState, StoreError> look_up(std::string_view username) override {
    ++reads_;
    if (fails_) return std::unexpected(StoreError::unavailable);
    std::unique_lock lock(mutex_);
    const auto found = users_.find(std::string{username});
    UserState state{std::nullopt, revision_};
    if (found != users_.end()) state = {found->second, found->second.version};
    if (holds_) {
      ++held_;
      changed_.notify_all();
      changed_.wait_for(lock, testing::patience, [this] { return !holds_; });
    }
    return state;
  }
  Result<std::optional<StoredUser>, StoreError> find(std::string_view) override { return unused(); }
  Result<std::vector<identity::User>, StoreError> list() override { return unused(); }
  Result<identity::User, StoreError> add(const StoredUser&) override { return unused(); }
  Result<identity::User, StoreError> update(std::string_view, const std::function<void(StoredUser&)>&) override {
    return unused();
  }
  Result<void, StoreError> remove(std::string_view) override { return unused(); }
  Result<void, StoreError> revoke_token(std::string_view, std::string_view, UnixTime) override { return unused(); }
  Result<void, StoreError> revoke_all_tokens(std::string_view) override { return unused(); }
  Result<std::optional<std::string>, StoreError> decoy_kind(std::string_view) override { return unused(); }
  Result<UserChangeList, StoreError> changes_since(std::int64_t, std::size_t) override { return unused(); }
  Result<std::int64_t, StoreError> revision_at(UnixTime) override { return unused(); }
  std::string last_failure() const override { return {}; }

 private:
  static std::unexpected<StoreError> unused() { return std::unexpected(StoreError::unavailable); }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, identity::User> users_;
  std::int64_t revision_ = 0;
  bool holds_ = false;
  int held_ = 0;
  std::atomic<bool> fails_ = false;
  std::atomic<int> reads_ = 0;
};

class CachedUserStoreTest : public ::testing::Test {
 protected:
  CachedUserStoreTest() { store_.set("alice", false); }
  ~CachedUserStoreTest() override {
    if (redis_) redis_->close();
    EXPECT_TRUE(loop_.run_out());
  }

  void make(UserCacheSettings settings = {}) {
    cached_ = std::make_unique<CachedUserStore>(loop_.executor(), store_, pool_, redis_, settings);
  }
  void connect_redis(std::chrono::milliseconds timeout = 2s) {
    server_ = std::make_unique<RedisServer>();
    RedisSettings settings;
    settings.server.host = "127.0.0.1";
    settings.server.port = server_->port();
    settings.command_timeout = timeout;
    settings.first_backoff = settings.max_backoff = 5ms;
    redis_ = RedisConnection::create(loop_.executor(), settings);
    redis_->start();
    ASSERT_TRUE(loop_.run_until([&] { return redis_->up(); }));
  }
  Found find(const std::string& name) { return loop_.run(cached_->find(name)); }
  void find_later(const std::string& name) {
    loop_.spawn<Found>(cached_->find(name), [this](Found found) { found_.push_back(std::move(found)); });
  }
  bool have_found(std::size_t count) {
    return loop_.run_until([&] { return found_.size() == count; });
  }
  std::string in_redis(const std::string& name) { return server_->command({"GET", record_key("", name)}); }
  bool redis_has(const std::string& name) {
    return loop_.run_until([&] { return !in_redis(name).empty(); });
  }
  void put_in_redis(const std::string& name, bool disabled, std::chrono::milliseconds age) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const identity::User user = user_of(name, disabled, 1'000);
    server_->command({"SET", record_key("", name), encode_record(name, {{user, user.version}, now - age})});
  }

  Loop loop_;
  FaultyStore store_;
  async::BlockingPool pool_{2, 64};
  std::unique_ptr<RedisServer> server_;
  std::shared_ptr<RedisConnection> redis_;
  std::unique_ptr<CachedUserStore> cached_;
  std::vector<Found> found_;
};

TEST_F(CachedUserStoreTest, AsksTheStoreOnceAndThenItsOwnCopy) {
  make();
  EXPECT_EQ(cached_->peek("alice", steady_now()), nullptr);
  const Found alice = find("alice");
  ASSERT_TRUE(alice && *alice);
  EXPECT_EQ((*alice)->username, "alice");
  const auto* copy = cached_->peek("alice", steady_now());
  ASSERT_NE(copy, nullptr);
  EXPECT_EQ(*copy, *alice);
  EXPECT_TRUE(find("alice"));
  EXPECT_EQ(store_.reads(), 1);
}

TEST_F(CachedUserStoreTest, TrustsACopyNoLongerThanItsTime) {
  make({.ttl = 60s, .local_ttl = 5s, .absent_ttl = 1s});
  ASSERT_TRUE(find("alice") && find("nobody"));
  const SteadyTime now = steady_now();
  EXPECT_NE(cached_->peek("alice", now + 4s), nullptr);
  EXPECT_EQ(cached_->peek("alice", now + 5s), nullptr);
  ASSERT_NE(cached_->peek("nobody", now), nullptr);
  EXPECT_EQ(*cached_->peek("nobody", now), nullptr) << "that there is no such user is a copy too";
  EXPECT_EQ(cached_->peek("nobody", now + 1s), nullptr);
}

TEST_F(CachedUserStoreTest, AThousandRequestsForOneUserAreOneRead) {
  make();
  store_.hold();
  for (int i = 0; i < 1'000; ++i) find_later("alice");
  loop_.context().poll();
  store_.wait_until_held();
  store_.let_go();
  ASSERT_TRUE(have_found(1'000));
  for (const Found& found : found_) EXPECT_EQ(found, found_[0]);
  EXPECT_EQ(store_.reads(), 1);
}

TEST_F(CachedUserStoreTest, ForgetsOneAndForgetsAll) {
  store_.set("bob", false);
  make();
  ASSERT_TRUE(find("alice") && find("bob"));
  store_.set("alice", true);
  cached_->forget("alice");
  EXPECT_EQ(cached_->peek("alice", steady_now()), nullptr);
  EXPECT_NE(cached_->peek("bob", steady_now()), nullptr);
  EXPECT_TRUE((*find("alice"))->disabled);
  cached_->forget_all();
  EXPECT_EQ(cached_->peek("bob", steady_now()), nullptr);
}

TEST_F(CachedUserStoreTest, AReadThatAChangeOvertookIsReadAgainForAllWhoWait) {
  make();
  store_.hold();
  find_later("alice");
  loop_.context().poll();
  store_.wait_until_held();  // it has read that alice is enabled
  store_.set("alice", true);
  cached_->forget("alice");
  find_later("alice");  // asks after the change: must not be told of the time before
  store_.let_go();
  ASSERT_TRUE(have_found(2));
  for (const Found& found : found_) EXPECT_TRUE((*found)->disabled);
  const auto* copy = cached_->peek("alice", steady_now());
  ASSERT_NE(copy, nullptr);
  EXPECT_TRUE((*copy)->disabled);
  EXPECT_EQ(store_.reads(), 2);
}

TEST_F(CachedUserStoreTest, AStoreThatFailsLetsNobodyInAndIsAskedAgain) {
  make();
  store_.fail(true);
  EXPECT_EQ(find("alice").error(), StoreError::unavailable);
  EXPECT_EQ(cached_->peek("alice", steady_now()), nullptr) << "a failure is no copy";
  store_.fail(false);
  EXPECT_TRUE(find("alice"));
}

TEST_F(CachedUserStoreTest, WhileTheStoreFailsACopyServesForTtlAndNoLonger) {
  make({.ttl = 60s, .local_ttl = 0ms});
  ASSERT_TRUE(find("alice"));
  store_.fail(true);
  const Found stale = find("alice");
  ASSERT_TRUE(stale && *stale);
  EXPECT_EQ(cached_->counters().stale_served, 1U);
  cached_->forget("alice");
  EXPECT_EQ(find("alice").error(), StoreError::unavailable) << "word came that she changed";

  store_.fail(false);
  make({.ttl = 0ms, .local_ttl = 0ms});
  ASSERT_TRUE(find("alice"));
  store_.fail(true);
  EXPECT_EQ(find("alice").error(), StoreError::unavailable) << "older than its ttl";
}

TEST_F(CachedUserStoreTest, IsUnavailableWhenTooMuchWaits) {
  make({.max_lookups = 3});
  store_.hold();
  for (int i = 0; i < 3; ++i) find_later("user" + std::to_string(i));
  loop_.context().poll();
  store_.wait_until_held();
  EXPECT_EQ(find("alice").error(), StoreError::unavailable);
  store_.let_go();
  ASSERT_TRUE(have_found(3));
  EXPECT_TRUE(find("alice"));
}

TEST_F(CachedUserStoreTest, IsUnavailableWhenThePoolIsFull) {
  make();
  store_.hold();
  for (int i = 0; i < 100; ++i) find_later("user" + std::to_string(i));  // 2 run, 64 wait, the rest is refused
  ASSERT_TRUE(loop_.run_until([&] { return found_.size() >= 30; }));
  for (const Found& found : found_) EXPECT_EQ(found.error(), StoreError::unavailable);
  store_.let_go();
  EXPECT_TRUE(have_found(100));
}

TEST_F(CachedUserStoreTest, WithRedisNothingIsTrustedBeforeWordOfChangesArrives) {
  connect_redis();
  make();
  put_in_redis("alice", true, 0s);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE((*find("alice"))->disabled) << "the store's word";
  EXPECT_EQ(store_.reads(), 3);
  EXPECT_EQ(cached_->peek("alice", steady_now()), nullptr);
  cached_->set_trusted(true);
  EXPECT_TRUE((*find("alice"))->disabled) << "Redis's word";
  EXPECT_NE(cached_->peek("alice", steady_now()), nullptr);
  EXPECT_EQ(store_.reads(), 3);
  cached_->set_trusted(false);
  EXPECT_EQ(cached_->peek("alice", steady_now()), nullptr);
  EXPECT_FALSE((*find("alice"))->disabled);
}

TEST_F(CachedUserStoreTest, WhatItReadFromTheStoreServesOtherNodesThroughRedis) {
  connect_redis();
  make();
  cached_->set_trusted(true);
  ASSERT_TRUE(find("alice"));
  ASSERT_TRUE(redis_has("alice"));
  make();  // another node
  cached_->set_trusted(true);
  store_.fail(true);
  const Found found = find("alice");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ(store_.reads(), 1);
  EXPECT_EQ(cached_->counters().redis_hits, 1U);
}

TEST_F(CachedUserStoreTest, ATombstoneIsNoSuchUser) {
  connect_redis();
  make();
  cached_->set_trusted(true);
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  server_->command({"SET", record_key("", "alice"), encode_record("alice", {{std::nullopt, 9}, now})});
  const Found found = find("alice");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, nullptr);
  EXPECT_EQ(store_.reads(), 0);
}

TEST_F(CachedUserStoreTest, GarbageOutdatedAndFutureRecordsAreMisses) {
  connect_redis();
  const std::function<void()> cases[] = {
      [&] { server_->command({"SET", record_key("", "alice"), "garbage"}); },
      [&] { server_->command({"LPUSH", record_key("", "alice"), "a"}); }, [&] { put_in_redis("alice", true, 61s); },
      [&] { put_in_redis("alice", true, -10s); },
      [&] { server_->command({"SET", record_key("", "alice"), std::string(100'000, 'x')}); }};
  for (const auto& prepare : cases) {
    server_->command({"FLUSHALL"});
    prepare();
    make();
    cached_->set_trusted(true);
    const Found found = find("alice");
    ASSERT_TRUE(found && *found);
    EXPECT_FALSE((*found)->disabled) << "the store's word";
    EXPECT_EQ(cached_->counters().redis_hits, 0U);
  }
}

TEST_F(CachedUserStoreTest, AFrozenRedisCostsOneDeadlineThenTheStoreServesAtOnce) {
  connect_redis(50ms);
  make({.local_ttl = 0ms});
  cached_->set_trusted(true);
  server_->freeze();
  const auto began = steady_now();
  EXPECT_TRUE(find("alice"));
  EXPECT_LT(steady_now() - began, 10s);
  EXPECT_FALSE(redis_->up());
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(find("alice"));
  EXPECT_EQ(store_.reads(), 11);
  server_->thaw();
  EXPECT_TRUE(loop_.run_until([&] { return redis_->up(); }));
  server_->stop();
  EXPECT_TRUE(find("alice"));
}

TEST_F(CachedUserStoreTest, AStaleReadNeverReachesRedisOverANewerRecord) {
  connect_redis();
  make();
  cached_->set_trusted(true);
  store_.hold();
  find_later("alice");
  ASSERT_TRUE(loop_.run_until([&] { return store_.reads() == 1; }));
  store_.wait_until_held();  // it holds alice as she was
  store_.set("alice", true);
  const UserState state{user_of("alice", true, 2), 2};
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  server_->command(announce_command("", "alice", {state, now}, 60s, 0, Publish::always));
  store_.let_go();  // no word of the change reaches this node: only Redis itself can keep the order
  ASSERT_TRUE(have_found(1));
  ASSERT_TRUE(loop_.run_until([&] { return redis_->in_flight() == 0; }));
  EXPECT_EQ(decode_record(in_redis("alice"), "alice")->state.version, 2);
}

}  // namespace
}  // namespace bearward::store
