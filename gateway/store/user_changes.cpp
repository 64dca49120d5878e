#include "store/user_changes.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <unordered_set>
#include <utility>

#include "store/redis/invalidation_channel.h"
#include "store/redis/redis_connection.h"
#include "store/redis/user_record.h"

namespace bearward::store {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t page = 256;           // names read in one job when catching up
constexpr std::size_t max_pending = 4'096;  // names that wait for Redis; above it everything is told anew
constexpr auto retry_pause = 200ms;

WallTime wall_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

struct NamedState {
  std::string username;
  UserState state;
};

// What catching up needs of one page of changes, read in one job.
struct ChangePage {
  std::vector<NamedState> users;
  WallTime read_at;
  std::int64_t revision = 0;
  bool more = false;
};

Result<ChangePage, StoreError> read_page(UserStore& store, std::int64_t revision) {
  ChangePage result{.users = {}, .read_at = wall_now(), .revision = 0, .more = false};
  Result<UserChangeList, StoreError> changes = store.changes_since(revision, page);
  if (!changes) return std::unexpected(changes.error());
  for (std::string& username : changes->usernames) {
    Result<UserState, StoreError> state = store.look_up(username);
    if (!state) return std::unexpected(state.error());
    result.users.push_back({std::move(username), std::move(*state)});
  }
  result.revision = changes->revision;
  result.more = changes->more;
  return result;
}

}  // namespace

class UserChanges::State : public std::enable_shared_from_this<State> {
 public:
  State(Executor executor, UserStore& store, async::BlockingPool& pool, const config::Users& users, Callbacks callbacks)
      : executor_(executor),
        store_(store),
        pool_(pool),
        ttl_(users.ttl),
        callbacks_(std::move(callbacks)),
        pause_(executor) {
    if (!users.redis) return;
    RedisSettings settings;
    settings.server = *users.redis;
    database_ = users.redis->database;
    redis_ = RedisConnection::create(executor, settings);
    channel_ = std::make_unique<InvalidationChannel>(
        executor, settings,
        InvalidationChannel::Callbacks{
            .on_up = [this] { word_arrives(); },
            .on_down = [this] { distrust("no word of changes arrives: " + channel_->problem()); },
            .on_change =
                [this](std::string_view issuer, std::string_view username) {
                  if (issuer.empty()) tell(callbacks_.on_change, std::string{username});
                },
            .on_change_of_all = [this] { tell(callbacks_.on_change_of_all); }});
  }

  void start() {
    if (!redis_) return trust();
    redis_->on_state([this](bool up) { up ? word_arrives() : distrust("Redis went away: " + redis_->problem()); });
    redis_->start();
    channel_->start();
  }

  void close() {
    closed_ = true;
    callbacks_ = {};
    pause_.cancel();
    if (redis_) redis_->close();
    if (channel_) channel_->close();
  }

  bool trusted() const { return trusted_; }
  bool redis_up() const { return redis_ && redis_->up() && channel_->up(); }

  static Task<bool> announce(std::shared_ptr<State> self, std::string username) {
    self->tell(self->callbacks_.on_change, username);
    if (!self->redis_) co_return true;
    const bool written = co_await self->write_through(std::move(username));
    if (!written) self->distrust("a change could not be announced");
    co_return written;
  }

  void store_changed(const ChangedUsers& changed) {
    if (changed.all) {
      tell(callbacks_.on_change_of_all);
      if (redis_) distrust("the whole store changed");
      return;
    }
    for (const std::string& username : changed.usernames) tell(callbacks_.on_change, username);
    // While Redis is away catching up will cover it; once that runs it may have passed this name already.
    if (!redis_up()) return;
    pending_.insert(changed.usernames.begin(), changed.usernames.end());
    if (pending_.size() > max_pending) return distrust("too many users change at once");
    if (std::exchange(refreshing_, true)) return;
    asio::co_spawn(executor_, refresh(shared_from_this()), asio::detached);
  }

 private:
  static Task<> refresh(std::shared_ptr<State> self) {
    while (!self->closed_ && !self->pending_.empty()) {
      std::string username = std::move(self->pending_.extract(self->pending_.begin()).value());
      const bool written = co_await self->write_through(std::move(username));
      if (!written) self->distrust("a change could not be announced");
    }
    self->refreshing_ = false;
  }

  void word_arrives() {
    if (closed_ || catching_up_ || trusted_ || !redis_up()) return;
    catching_up_ = true;
    asio::co_spawn(executor_, catch_up(shared_from_this()), asio::detached);
  }

  // What Redis holds from before may be outdated: it was away when a user changed, or it came back with an
  // old copy of its memory. Records live for one ttl, so changes older than that cannot matter; the second
  // one is for readers that were slow to offer what they read.
  static Task<> catch_up(std::shared_ptr<State> self) {
    while (!self->closed_ && self->redis_up()) {
      const std::uint64_t epoch = self->epoch_;
      const bool done = co_await self->write_recent_changes();
      if (self->closed_) break;
      if (done && epoch == self->epoch_ && self->redis_up()) {
        self->trust();
        break;
      }
      self->pause_.expires_after(retry_pause);
      [[maybe_unused]] const auto [error] = co_await self->pause_.async_wait(use_task);
    }
    self->catching_up_ = false;
    self->word_arrives();  // it may have come while the last round ended
  }

  Task<bool> write_recent_changes() {
    const UnixTime since = unix_now() - std::chrono::ceil<std::chrono::seconds>(2 * ttl_);
    auto first = [&store = store_, since] { return store.revision_at(since); };
    const std::optional<Result<std::int64_t, StoreError>> revision = co_await pool_.run(std::move(first));
    if (!revision || !*revision) co_return false;
    for (std::int64_t from = **revision;;) {
      auto job = [&store = store_, from] { return read_page(store, from); };
      const std::optional<Result<ChangePage, StoreError>> read = co_await pool_.run(std::move(job));
      if (!read || !*read) co_return false;
      const ChangePage& changes = **read;
      for (const NamedState& user : changes.users) {
        UserRecord record{user.state, changes.read_at};  // named: GCC 12 destroys such a temporary twice
        const bool written = co_await send(user.username, std::move(record), Publish::when_newer);
        if (!written) co_return false;
      }
      if (!changes.more) co_return true;
      from = changes.revision;
    }
  }

  Task<bool> write_through(std::string username) {
    const WallTime read_at = wall_now();
    auto job = [&store = store_, username] { return store.look_up(username); };
    const std::optional<Result<UserState, StoreError>> state = co_await pool_.run(std::move(job));
    if (closed_ || !state || !*state) co_return false;
    UserRecord record{**state, read_at};
    co_return co_await send(std::move(username), std::move(record), Publish::always);
  }

  Task<bool> send(std::string username, UserRecord record, Publish publish) {
    std::vector<std::string> command = announce_command(own_users, username, record, ttl_, database_, publish);
    const Result<RedisReply, RedisError> reply = co_await redis_->command(std::move(command));
    if (!reply && reply.error() == RedisError::refused && !closed_)
      log("Redis refuses to keep a user: " + redis_->refusal());
    co_return reply.has_value();
  }

  void trust() {
    trusted_ = true;
    if (redis_) log("Redis is in use: word of changed users arrives");
    tell(callbacks_.on_trust, true);
  }

  void distrust(const std::string& why) {
    if (closed_) return;
    ++epoch_;
    pending_.clear();
    if (std::exchange(trusted_, false)) {
      log("every request asks the user store: " + why);
      tell(callbacks_.on_trust, false);
    }
    word_arrives();
  }

  // The same trouble is told once, not with every attempt.
  void log(std::string what) {
    if (what == last_log_) return;
    last_log_ = what;
    tell(callbacks_.log, std::move(what));
  }

  // Copied: what is called may close this.
  template <class Callback, class... Arguments>
  void tell(const Callback& callback, Arguments... arguments) {
    if (const Callback copy = callback; copy) copy(std::move(arguments)...);
  }

  Executor executor_;
  UserStore& store_;
  async::BlockingPool& pool_;
  std::chrono::milliseconds ttl_;
  int database_ = 0;
  Callbacks callbacks_;
  std::shared_ptr<RedisConnection> redis_;
  std::unique_ptr<InvalidationChannel> channel_;
  asio::steady_timer pause_;
  std::unordered_set<std::string> pending_;
  std::string last_log_;
  std::uint64_t epoch_ = 0;  // grows whenever trust is withdrawn
  bool refreshing_ = false;
  bool catching_up_ = false;
  bool trusted_ = false;
  bool closed_ = false;
};

UserChanges::UserChanges(Executor control, UserStore& store, async::BlockingPool& pool, const config::Users& users,
                         Callbacks callbacks)
    : state_(std::make_shared<State>(control, store, pool, users, std::move(callbacks))) {}
UserChanges::~UserChanges() { state_->close(); }
void UserChanges::start() { state_->start(); }
void UserChanges::close() { state_->close(); }
bool UserChanges::trusted() const { return state_->trusted(); }
bool UserChanges::redis_up() const { return state_->redis_up(); }
Task<bool> UserChanges::announce(std::string username) { return State::announce(state_, std::move(username)); }
void UserChanges::store_changed(const ChangedUsers& changed) { state_->store_changed(changed); }

namespace {

Task<> announce_over(std::shared_ptr<RedisConnection> redis, std::vector<std::string> command, Announced& result) {
  const Result<RedisReply, RedisError> reply = co_await redis->command(std::move(command));
  if (reply) result = Announced::done;
  redis->close();
}

}  // namespace

Announced announce_now(const config::Users& users, UserStore& store, std::string_view username,
                       std::chrono::milliseconds limit) {
  if (!users.redis) return Announced::no_redis;
  UserRecord record{.state = {}, .read_at = wall_now()};
  Result<UserState, StoreError> state = store.look_up(username);
  if (!state) return Announced::failed;
  record.state = std::move(*state);
  RedisSettings settings;
  settings.server = *users.redis;
  settings.connect_timeout = settings.command_timeout = limit;
  const std::vector<std::string> command =
      announce_command(own_users, username, record, users.ttl, users.redis->database, Publish::always);

  Announced result = Announced::failed;
  asio::io_context context{1};
  const std::shared_ptr<RedisConnection> redis = RedisConnection::create(context.get_executor(), settings);
  redis->on_state([&](bool up) {
    if (up) asio::co_spawn(context, announce_over(redis, command, result), asio::detached);
  });
  redis->start();
  context.run_for(limit);
  redis->close();
  context.restart();
  context.run_for(limit);  // what was waiting ends now
  return result;
}

}  // namespace bearward::store
