#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "config/users.h"
#include "store/sqlite/change_watch.h"
#include "store/user_store.h"

namespace bearward::store {

/// Carries word of changed users: from this process to Redis and all others, and from all others to this
/// process's workers. One per process, on the control thread.
///
/// Workers may trust their copies and Redis's records only while word arrives and Redis has heard of
/// every change: with Redis, from the moment when the subscription lives and all changes of the last
/// two ttl were written through again (what Redis kept from before an outage may be outdated), until
/// the subscription or a write fails. Without Redis, always: the change watch and local_ttl bound it.
class UserChanges {
 public:
  /// All on the control thread; `app` passes them on to each worker.
  struct Callbacks {
    std::function<void(bool trusted)> on_trust;
    std::function<void(const std::string& username)> on_change;
    std::function<void()> on_change_of_all;
    std::function<void(std::string what)> log;  // Redis came, went or refuses; never a secret
  };

  UserChanges(Executor control, UserStore& store, async::BlockingPool& pool, const config::Users& users,
              Callbacks callbacks);
  /// Closes; nothing is called back any more.
  ~UserChanges();
  UserChanges(const UserChanges&) = delete;
  UserChanges& operator=(const UserChanges&) = delete;

  void start();
  /// Ends what waits; run the io_context until it has no work, then destroy `store` and `pool`.
  void close();

  bool trusted() const;
  /// Whether Redis is configured and answers, for /readyz.
  bool redis_up() const;

  /// After this process changed a user (the admin's PATCH): tells the workers at once, then awaits that
  /// Redis has the new record and has told the others. False: Redis did not answer in time; it is told
  /// again as soon as it does, and until then this process trusts no copy.
  Task<bool> announce(std::string username);
  /// What the change watch saw: tells the workers, then Redis in the background.
  void store_changed(const ChangedUsers& changed);

 private:
  class State;
  std::shared_ptr<State> state_;
};

enum class Announced { no_redis, done, failed };

/// For a command without a running gateway: writes the user's record through and publishes it, and returns
/// when Redis has answered or `limit` has passed. Blocks.
Announced announce_now(const config::Users& users, UserStore& store, std::string_view username,
                       std::chrono::milliseconds limit = std::chrono::seconds{1});

}  // namespace bearward::store
