#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "store/local_user_cache.h"
#include "store/redis/redis_connection.h"
#include "store/user_store.h"

namespace bearward::store {

struct UserCacheSettings {
  std::chrono::milliseconds ttl{60'000};        // how old a record of Redis may be, and a copy while the store is down
  std::chrono::milliseconds local_ttl{5'000};   // how long a copy serves without asking
  std::chrono::milliseconds absent_ttl{1'000};  // the same for "no such user", at most local_ttl
  std::size_t entries = 65'536;
  std::size_t max_lookups = 4'096;  // names being looked up at one time; one more is `unavailable`
};

struct UserCacheCounters {
  std::uint64_t local_hits = 0, redis_hits = 0, store_reads = 0, stale_served = 0, failures = 0;
};

/// Looks users up on the way of a request: this worker's copies, Redis, the store. One per worker, used on
/// its thread only. While not `trusted` (Redis is configured and its word of changes does not arrive) every
/// request asks the store. After the last call run the io_context until it has no work, then destroy.
class CachedUserStore {
 public:
  /// `redis` may be null (none configured): then copies are trusted from the start, else not before
  /// `set_trusted(true)`. `store` and `pool` outlive this; give the store a pool that no password hash fills.
  CachedUserStore(Executor executor, UserStore& store, async::BlockingPool& pool,
                  std::shared_ptr<RedisConnection> redis, UserCacheSettings settings);
  ~CachedUserStore();
  CachedUserStore(const CachedUserStore&) = delete;
  CachedUserStore& operator=(const CachedUserStore&) = delete;

  /// This worker's own copy if it may be used now, else null: then `find`. A copy that holds a null pointer
  /// says that there is no such user. Valid until the next call of anything here.
  const std::shared_ptr<const identity::User>* peek(std::string_view username, SteadyTime now);

  /// A null pointer: no such user. `unavailable`: nobody can tell now, answer 503. Never tells of a state
  /// that was known to be outdated before the call.
  Task<Result<std::shared_ptr<const identity::User>, StoreError>> find(std::string username);

  /// The user changed or went: no copy read before this call is used after it.
  void forget(std::string_view username);
  void forget_all();
  /// See UserChanges, whose word this is.
  void set_trusted(bool trusted);
  bool trusted() const { return trusted_; }
  const UserCacheCounters& counters() const { return counters_; }

 private:
  using Found = Result<std::shared_ptr<const identity::User>, StoreError>;
  struct Lookup;
  struct Read;

  Task<> look_up(std::shared_ptr<Lookup> lookup);
  Task<Found> read_until_current(Lookup& lookup);
  Task<std::optional<Read>> read_redis(const std::string& username);
  Task<std::optional<Read>> read_store(const std::string& username);
  Found stale_copy(const std::string& username);

  Executor executor_;
  UserStore& store_;
  async::BlockingPool& pool_;
  std::shared_ptr<RedisConnection> redis_;
  UserCacheSettings settings_;
  bool trusted_;
  LocalUserCache copies_;
  std::unordered_map<std::string, std::shared_ptr<Lookup>> lookups_;
  UserCacheCounters counters_;
};

}  // namespace bearward::store
