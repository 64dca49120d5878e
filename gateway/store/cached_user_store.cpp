#include "store/cached_user_store.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <cassert>

#include "store/redis/user_record.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;

// A look-up is begun again when the user changed meanwhile. After the first few Redis is left out; after the
// last nobody can tell what is true of this user.
constexpr int attempts_with_redis = 2;
constexpr int max_attempts = 8;
// How far the clocks of two nodes may differ before their records are no use to each other.
constexpr auto max_clock_skew = 5s;

WallTime wall_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::shared_ptr<const identity::User> share(std::optional<identity::User> user) {
  if (!user) return nullptr;
  return std::make_shared<const identity::User>(std::move(*user));
}

}  // namespace

/// One name that is being looked up, and all who wait for it: a thousand requests of one user are one read.
struct CachedUserStore::Lookup {
  std::string username;
  bool outdated = false;  // the user changed since the read began
  std::vector<std::move_only_function<void(Found)>> waiting;
};

struct CachedUserStore::Read {
  std::shared_ptr<const identity::User> user;
  SteadyTime read_at;
};

CachedUserStore::CachedUserStore(Executor executor, UserStore& store, async::BlockingPool& pool,
                                 std::shared_ptr<RedisConnection> redis, UserCacheSettings settings)
    : executor_(executor),
      store_(store),
      pool_(pool),
      redis_(std::move(redis)),
      settings_(settings),
      trusted_(redis_ == nullptr),
      copies_(settings.entries) {
  settings_.absent_ttl = std::min(settings_.absent_ttl, settings_.local_ttl);
}

CachedUserStore::~CachedUserStore() { assert(lookups_.empty() && "run the io_context to its end first"); }

const std::shared_ptr<const identity::User>* CachedUserStore::peek(std::string_view username, SteadyTime now) {
  if (!trusted_) return nullptr;
  const LocalUserCache::Entry* entry = copies_.find(username);
  if (entry == nullptr || now - entry->fetched_at >= (entry->user ? settings_.local_ttl : settings_.absent_ttl))
    return nullptr;
  ++counters_.local_hits;
  return &entry->user;
}

Task<CachedUserStore::Found> CachedUserStore::find(std::string username) {
  if (const auto* copy = peek(username, steady_now())) co_return *copy;
  std::shared_ptr<Lookup> lookup;
  if (const auto running = lookups_.find(username); running != lookups_.end()) {
    lookup = running->second;
  } else if (lookups_.size() >= settings_.max_lookups) {
    ++counters_.failures;
    co_return std::unexpected(StoreError::unavailable);
  } else {
    lookup = std::make_shared<Lookup>();
    lookup->username = username;
    lookups_.emplace(std::move(username), lookup);
    // A coroutine of its own: who asked first may go away while others wait.
    asio::co_spawn(executor_, look_up(lookup), asio::detached);
  }
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(Found)>(
      [&lookup](auto handler) {
        lookup->waiting.emplace_back(
            [handler = std::move(handler)](Found found) mutable { std::move(handler)(std::move(found)); });
      },
      asio::use_awaitable_t<Executor>{});
}

void CachedUserStore::forget(std::string_view username) {
  copies_.erase(username);
  if (lookups_.empty()) return;
  if (const auto running = lookups_.find(std::string{username}); running != lookups_.end())
    running->second->outdated = true;
}

void CachedUserStore::forget_all() {
  copies_.clear();
  for (const auto& [username, lookup] : lookups_) lookup->outdated = true;
}

void CachedUserStore::set_trusted(bool trusted) {
  if (trusted == trusted_) return;
  trusted_ = trusted;
  forget_all();  // what was read while word of changes did not arrive may be outdated
}

Task<> CachedUserStore::look_up(std::shared_ptr<Lookup> lookup) {
  Found found = std::unexpected(StoreError::unavailable);
  try {
    found = co_await read_until_current(*lookup);
  } catch (const std::exception&) {  // no memory: who waits still gets an answer
  }
  if (!found) ++counters_.failures;
  lookups_.erase(lookup->username);
  for (auto& waiting : lookup->waiting)
    asio::post(executor_, [waiting = std::move(waiting), found]() mutable { waiting(std::move(found)); });
}

Task<CachedUserStore::Found> CachedUserStore::read_until_current(Lookup& lookup) {
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    lookup.outdated = false;
    const SteadyTime began = steady_now();
    std::optional<Read> read;
    if (attempt < attempts_with_redis) read = co_await read_redis(lookup.username);
    if (!read && !lookup.outdated) read = co_await read_store(lookup.username);
    if (lookup.outdated) continue;
    if (!read) co_return stale_copy(lookup.username);
    if (trusted_) copies_.put(lookup.username, {.user = read->user, .fetched_at = began, .read_at = read->read_at});
    co_return std::move(read->user);
  }
  co_return std::unexpected(StoreError::unavailable);
}

Task<std::optional<CachedUserStore::Read>> CachedUserStore::read_redis(const std::string& username) {
  if (!trusted_ || !redis_ || !redis_->up()) co_return std::nullopt;
  std::vector<std::string> command{"GET", record_key(own_users, username)};
  const Result<RedisReply, RedisError> reply = co_await redis_->command(std::move(command));
  if (!reply || reply->kind != RedisReply::Kind::text) co_return std::nullopt;
  std::optional<UserRecord> record = decode_record(reply->text, username);
  if (!record) co_return std::nullopt;
  const auto age = wall_now() - record->read_at;
  if (age > settings_.ttl || age < -max_clock_skew) co_return std::nullopt;
  ++counters_.redis_hits;
  co_return Read{share(std::move(record->state.user)), steady_now() - std::max(age, decltype(age){0})};
}

Task<std::optional<CachedUserStore::Read>> CachedUserStore::read_store(const std::string& username) {
  const SteadyTime began = steady_now();
  const WallTime began_wall = wall_now();
  ++counters_.store_reads;
  auto job = [&store = store_, username] { return store.look_up(username); };
  std::optional<Result<UserState, StoreError>> state = co_await pool_.run(std::move(job));
  if (!state || !*state) co_return std::nullopt;  // too much waits for the store, or it cannot be read
  if (trusted_ && redis_ && (**state).user)
    redis_->send(offer_command(own_users, username, {.state = **state, .read_at = began_wall}, settings_.ttl));
  co_return Read{share(std::move((**state).user)), began};
}

// While nobody can be asked, a copy no older than ttl may still serve, if word of changes would have arrived.
CachedUserStore::Found CachedUserStore::stale_copy(const std::string& username) {
  const LocalUserCache::Entry* copy = trusted_ ? copies_.find(username) : nullptr;
  if (copy == nullptr || steady_now() - copy->read_at > settings_.ttl) return std::unexpected(StoreError::unavailable);
  ++counters_.stale_served;
  return copy->user;
}

}  // namespace bearward::store
