#include "app/worker.h"

#include <boost/asio/post.hpp>

#include "telemetry/log.h"

namespace bearward::app {
namespace {

constexpr unsigned ticks_between_tending = 50;  // five seconds
constexpr unsigned ticks_between_watches = 10;  // a second

std::shared_ptr<store::RedisConnection> connect_redis(Executor executor, const config::Users& users) {
  if (!users.redis) return nullptr;
  store::RedisSettings settings;
  settings.server = *users.redis;
  return store::RedisConnection::create(executor, std::move(settings));
}

store::UserCacheSettings cache_settings(const config::Users& users) {
  store::UserCacheSettings settings;
  settings.ttl = users.ttl;
  settings.local_ttl = users.local_ttl;
  settings.absent_ttl = std::min(settings.absent_ttl, settings.local_ttl);
  return settings;
}

transport::Http1Limits http1_limits(const config::Config& config) {
  const config::Limits& limits = config.limits;
  return {limits.request_header_bytes, config::most_request_body_bytes(config),
          limits.header_timeout,       limits.idle_timeout,
          limits.handshake_timeout,    {limits.min_data_rate, limits.data_rate_grace}};
}

std::optional<transport::ProxyProtocol> proxy_protocol(const config::Listener& listener) {
  if (!listener.proxy_protocol) return std::nullopt;
  return transport::ProxyProtocol{listener.proxy_protocol_from};
}

/// A control block of the caller's own: counting references never touches another core's memory.
std::shared_ptr<const snapshot::Snapshot> own_reference(std::shared_ptr<const snapshot::Snapshot> shared) {
  const snapshot::Snapshot* plain = shared.get();
  return {plain, [keep = std::move(shared)](const snapshot::Snapshot*) {}};
}

}  // namespace

// The reactor is one thread's (no lock there); only post() from other threads needs the scheduler's.
Worker::Worker(const Shared& shared, std::vector<ListeningSocket> sockets,
               std::shared_ptr<const snapshot::Snapshot> snapshot)
    : io_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO),
      work_(io_.get_executor()),
      timer_(io_.get_executor()),
      access_log_(shared.access_log),
      decisions_(shared.decisions_kept),
      redis_(connect_redis(io_.get_executor(), snapshot->config.users)),
      users_(io_.get_executor(), shared.users, shared.store_pool, redis_, cache_settings(snapshot->config.users)),
      own_endpoints_(shared.users, users_, shared.refresh,
                     {shared.store_pool, shared.hashing_pool, shared.writing_pool}, shared.logins, shared.announce),
      pipeline_(io_.get_executor(), timer_, buffers_, users_, shared.budgets, shared.trusted_issuers,
                {snapshot->config.users.local_ttl, redis_ != nullptr}),
      dispatch_(own_endpoints_, pipeline_, access_log_, decisions_),
      server_(dispatch_, buffers_),
      connections_(shared.connections),
      sockets_(std::move(sockets)) {
  for (const auto& [listener, descriptor] : sockets_) {
    listeners_.push_back(std::make_unique<transport::Listener>(io_.get_executor(), descriptor, timer_, buffers_,
                                                               server_, shared.connections, shared.handshakes));
  }
  auto keys = snapshot->keys;
  apply(std::move(snapshot), std::move(keys));
}

Worker::~Worker() { join(); }

void Worker::start() {
  timer_.on_tick([this] { on_tick(); });
  timer_.start();
  if (redis_) redis_->start();
  for (const auto& listener : listeners_) listener->start();
  thread_ = std::thread([this] {
    while (true) {
      try {
        io_.run();
        break;
      } catch (const std::exception& exception) {
        telemetry::log(telemetry::Level::error, "worker: {}", exception.what());
      }
    }
    access_log_.flush();
    ended_ = true;
  });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

void Worker::apply(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys) {
  server_.set_limits(http1_limits(snapshot->config));
  overload_.use(snapshot->config.limits.overload_lag);
  for (std::size_t i = 0; i < listeners_.size(); ++i) {
    const std::size_t listener = sockets_[i].listener;
    listeners_[i]->use(snapshot->tls[listener], proxy_protocol(snapshot->config.listeners[listener]));
  }
  dispatch_.use(own_reference(std::move(snapshot)), std::move(keys));
}

void Worker::use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys) {
  boost::asio::post(io_, [this, snapshot = std::move(snapshot), keys = std::move(keys)]() mutable {
    apply(std::move(snapshot), std::move(keys));
  });
}

void Worker::use_keys(std::shared_ptr<const token::KeySet> keys) {
  boost::asio::post(io_, [this, keys = std::move(keys)]() mutable { pipeline_.use_keys(std::move(keys)); });
}

void Worker::forget_user(const std::string& username) {
  boost::asio::post(io_, [this, username] {
    users_.forget(username);
    pipeline_.streams().user_changed(username);
  });
}

void Worker::forget_all_users() {
  boost::asio::post(io_, [this] {
    users_.forget_all();
    pipeline_.streams().all_users_changed();
  });
}

void Worker::set_trusted(bool trusted) {
  boost::asio::post(io_, [this, trusted] {
    users_.set_trusted(trusted);
    pipeline_.streams().all_users_changed();  // of a change while no word came nobody has told
  });
}

void Worker::expect_no_word_of_users() {
  boost::asio::post(io_, [this] { pipeline_.streams().expect_no_word(); });
}

void Worker::drain(bool sockets_live_on) {
  boost::asio::post(io_, [this, sockets_live_on] {
    for (const auto& listener : listeners_) sockets_live_on ? listener->leave_to_successor() : listener->stop();
    server_.drain();
    // Connections that were accepted just now count once they have begun, which this comes after.
    boost::asio::post(io_, [this] {
      draining_ = true;
      end_if_drained();
    });
  });
}

void Worker::cut() {
  boost::asio::post(io_, [this] { server_.cut(); });
}

void Worker::shed(bool overloaded) {
  for (const auto& listener : listeners_) listener->hold(overloaded);
  dispatch_.set_overloaded(overloaded);
  if (overloaded) {
    telemetry::log(telemetry::Level::warning,
                   "overload: a worker is {} ms behind; it accepts no connections, and answers logins and unknown "
                   "tokens with 503, until it has caught up",
                   timer_.lateness().count());
  } else {
    telemetry::log(telemetry::Level::warning, "overload has ended: the worker has caught up");
  }
}

void Worker::on_tick() {
  ticked_ = true;
  if (overload_.tick(timer_.lateness())) shed(overload_.on());
  access_log_.flush();
  if (++ticks_ % ticks_between_tending == 0) pipeline_.tend();
  pipeline_.streams().tend();
  if (ticks_ % ticks_between_watches == 0) server_.watch_clients();
  if (connections_.idle_wished() && server_.close_longest_idle()) connections_.settle_wish();
  count_connections();
  if (draining_) end_if_drained();
}

void Worker::count_connections() {
  std::uint64_t open = server_.open_connections();
  for (const auto& listener : listeners_) open += listener->awaiting_header();
  open_connections_ = open;
}

void Worker::end_if_drained() {
  count_connections();
  if (open_connections_ != 0) return;
  timer_.stop();
  if (redis_) redis_->close();
  work_.reset();
}

}  // namespace bearward::app
