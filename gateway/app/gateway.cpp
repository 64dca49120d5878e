#include "app/gateway.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include "admin/admin_handler.h"
#include "app/descriptor_limit.h"
#include "store/no_user_store.h"
#include "store/sqlite/sqlite_refresh_store.h"
#include "store/sqlite/sqlite_user_store.h"
#include "telemetry/log.h"

namespace bearward::app {
namespace {

using telemetry::Level;

/// Lookups are a few microseconds of SQLite each; many may wait where Redis has gone and all requests ask.
constexpr std::size_t store_threads = 2;
constexpr std::size_t most_waiting_lookups = 8'192;

/// SQLite has one writer at a time. A write is a few milliseconds of disk; while another process holds the file
/// it is seconds, and what waits behind it is better refused.
constexpr std::size_t writing_threads = 1;
constexpr std::size_t most_waiting_writes = 512;

/// A hash is tens to hundreds of milliseconds of a core. Thousands may wait when everybody comes at once; what
/// would wait for minutes is better refused. A waiting login is a few KiB.
constexpr std::size_t most_waiting_logins = 2'048;

/// Refusals that can be asked for by their id, of all workers together: some 25 MiB when all are there.
constexpr std::size_t decisions_kept = 65'536;

/// That this process may run on: a container, or taskset, may leave it fewer than the machine has.
unsigned cores() {
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0) return std::max(1U, std::thread::hardware_concurrency());
  return std::max(1U, static_cast<unsigned>(CPU_COUNT(&allowed)));
}

std::unique_ptr<store::UserStore> open_users(const config::Users& users) {
  if (users.sqlite_path.empty()) return std::make_unique<store::NoUserStore>();
  auto opened = store::SqliteUserStore::open(users.sqlite_path);
  if (!opened) throw std::runtime_error(opened.error());
  return std::move(*opened);
}

std::unique_ptr<store::RefreshStore> open_refresh_tokens(const config::Users& users) {
  if (users.sqlite_path.empty()) return std::make_unique<store::NoRefreshStore>();
  auto opened = store::SqliteRefreshStore::open(users.sqlite_path);
  if (!opened) throw std::runtime_error(opened.error());
  return std::move(*opened);
}

std::unique_ptr<telemetry::AccessLog> open_access_log(const config::Log& log) {
  if (log.access == "off") return nullptr;
  auto opened = telemetry::AccessLog::open(log.access, log.format == config::LogFormat::json);
  if (!opened) throw std::runtime_error("cannot open the access log " + log.access + ": " + opened.error().message());
  return std::move(*opened);
}

admin::ReloadResult to_result(const Reloader::Outcome& outcome) {
  admin::ReloadResult result{.ok = outcome.ok, .generation = outcome.generation, .findings = {}};
  for (const config::Finding& finding : outcome.findings) result.findings.push_back(finding.to_string());
  return result;
}

}  // namespace

struct Gateway::Signals {
  explicit Signals(boost::asio::io_context& io) : set(io, SIGTERM, SIGINT, SIGHUP) { set.add(SIGUSR2); }
  boost::asio::signal_set set;
};

Gateway::Gateway(std::string file, Loaded loaded, InheritedSockets inherited, std::vector<std::string> command)
    : reloader_(control_.get_executor(), std::move(file), std::move(loaded), [this](const auto& next) { swap(next); }),
      systemd_(SystemdNotify::from_environment()),
      sockets_(std::move(inherited)),
      pid_file_(running().config.pid_file),
      users_(open_users(running().config.users)),
      refresh_(open_refresh_tokens(running().config.users)),
      access_log_(open_access_log(running().config.log)),
      store_pool_(store_threads, most_waiting_lookups),
      writing_pool_(writing_threads, most_waiting_writes),
      hashing_pool_(cores(), most_waiting_logins, async::BlockingPool::Priority::background),
      timer_(control_.get_executor()),
      trusted_issuers_(control_.get_executor(), [this](bool changed) { keys_fetched(changed); }),
      keys_(running().keys),
      resolver_(control_.get_executor()),
      health_checker_({control_.get_executor(), timer_, buffers_}),
      signals_(std::make_unique<Signals>(control_)),
      hand_over_(control_.get_executor(), std::move(command)) {
  const config::Config& config = running().config;
  cap_connections(config.limits);
  handshakes_.allow(config.limits.handshakes);
  make_workers();
  start_admin();
  start_user_changes();
  sockets_.close_unused();
  pid_file_.write();
}

void Gateway::make_workers() {
  const config::Config& config = running().config;
  const unsigned count = config.workers == 0 ? cores() : config.workers;
  const Worker::Shared shared{*users_,
                              *refresh_,
                              store_pool_,
                              hashing_pool_,
                              writing_pool_,
                              access_log_.get(),
                              connections_,
                              handshakes_,
                              budgets_,
                              logins_,
                              trusted_issuers_,
                              std::max<std::size_t>(1, decisions_kept / count),
                              announce_on(control_.get_executor(), [this](std::string subject) {
                                return user_changes_->announce(std::move(subject));
                              })};
  std::vector<std::vector<Worker::ListeningSocket>> by_worker(count);
  for (std::size_t listener = 0; listener < config.listeners.size(); ++listener) {
    std::size_t next = 0;
    for (const int descriptor : sockets_.open(config.listeners[listener].address, count)) {
      by_worker[next++ % count].push_back({listener, descriptor});
    }
  }
  for (auto& sockets : by_worker) {
    workers_.push_back(std::make_unique<Worker>(shared, std::move(sockets), reloader_.running()));
  }
}

Gateway::~Gateway() = default;

void Gateway::start_user_changes() {
  store::UserChanges::Callbacks callbacks;
  callbacks.on_trust = [this](bool trusted) { each_worker([&](Worker& worker) { worker.set_trusted(trusted); }); };
  callbacks.on_change = [this](const std::string& username) {
    each_worker([&](Worker& worker) { worker.forget_user(username); });
  };
  callbacks.on_change_of_all = [this] { each_worker([](Worker& worker) { worker.forget_all_users(); }); };
  callbacks.log = [](const std::string& what) { telemetry::log(Level::warning, "{}", what); };
  user_changes_ = std::make_unique<store::UserChanges>(control_.get_executor(), *users_, store_pool_,
                                                       running().config.users, std::move(callbacks));
  if (running().config.users.sqlite_path.empty()) return;
  change_watch_ = std::make_unique<store::ChangeWatch>(
      control_.get_executor(), running().config.users.sqlite_path,
      [this](const store::ChangedUsers& changed) { user_changes_->store_changed(changed); });
}

void Gateway::keys_fetched(bool changed) {
  if (changed) keys_ = trusted_issuers_.complete(running().keys);
  each_worker([&](Worker& worker) { worker.use_keys(keys_); });
}

void Gateway::start_admin() {
  if (!running().config.admin) return;
  admin::AdminHandler::Hooks hooks{*users_, store_pool_, {}, {}, {}, {}, {}, {}, {}};
  hooks.announce = [this](std::string username) { return user_changes_->announce(std::move(username)); };
  hooks.reload = [this] { return reload(); };
  hooks.last_reload = [this] { return to_result(reloader_.last()); };
  hooks.readiness = [this] { return readiness(); };
  hooks.running = [this] { return reloader_.running(); };
  hooks.metrics = [this] { return metrics(); };
  hooks.find_decision = [this](std::string_view request_id) { return find_decision(request_id); };
  admin_handler_ = std::make_unique<admin::AdminHandler>(std::move(hooks));
  admin_server_ = std::make_unique<transport::Http1Server>(*admin_handler_, buffers_);
  admin_server_->set_limits({.request_header_bytes = 16 * 1024,
                             .request_body_bytes = 1024 * 1024,
                             .header_timeout = std::chrono::seconds{10},
                             .idle_timeout = std::chrono::seconds{60}});
  for (const int socket : sockets_.open(*running().config.admin, 1)) {
    admin_listeners_.push_back(std::make_unique<transport::Listener>(control_.get_executor(), socket, timer_, buffers_,
                                                                     *admin_server_, admin_connections_, handshakes_));
  }
}

void Gateway::run() {
  timer_.on_tick([this] {
    resolver_.tick(timer_.now());
    watch_connections();
    go_on_draining();
    give_sign_of_life();
  });
  timer_.start();
  resolver_.use(running().upstreams, timer_.now());
  health_checker_.use(running().upstreams);
  wait_for_signal();
  reloader_.watch_files();
  user_changes_->start();
  trusted_issuers_.use(running().config.tokens.trusted_issuers);
  if (change_watch_ && !change_watch_->start()) {
    telemetry::log(Level::warning,
                   "cannot watch the user store for changes; they are noticed within users.cache.local_ttl");
    each_worker([](Worker& worker) { worker.expect_no_word_of_users(); });
  }
  for (const auto& worker : workers_) worker->start();
  for (const auto& listener : admin_listeners_) listener->start();
  sockets_.say_ready();
  systemd_.ready("serving");
  telemetry::log(Level::info, "serving with {} workers, {} routes", workers_.size(), running().routes.routes().size());
  control_.run();
  for (const auto& worker : workers_) worker->join();
  telemetry::log(Level::info, "stopped");
}

void Gateway::wait_for_signal() {
  signals_->set.async_wait([this](const error_code& error, int signal) {
    if (error) return;
    if (signal == SIGHUP) {
      boost::asio::co_spawn(control_, reload(), boost::asio::detached);
    } else if (signal == SIGUSR2) {
      boost::asio::co_spawn(control_, hand_over(), boost::asio::detached);
    } else {
      stop();
    }
    wait_for_signal();
  });
}

Task<admin::ReloadResult> Gateway::reload() {
  systemd_.reloading();
  const Reloader::Outcome outcome = co_await reloader_.reload();
  systemd_.ready(outcome.ok ? "serving" : "serving; the last reload was refused");
  co_return to_result(outcome);
}

/// A watchdog is told that all is well only where every thread goes round.
void Gateway::give_sign_of_life() {
  if (!systemd_.sign_of_life_due(steady_now())) return;
  bool all = true;
  each_worker([&](Worker& worker) { all = worker.shows_life() && all; });
  all ? systemd_.alive() : telemetry::log(Level::error, "a worker hangs: systemd's watchdog is told nothing");
}

void Gateway::swap(const std::shared_ptr<const snapshot::Snapshot>& next) {
  cap_connections(next->config.limits);
  handshakes_.allow(next->config.limits.handshakes);
  resolver_.use(next->upstreams, timer_.now());
  health_checker_.use(next->upstreams);
  trusted_issuers_.use(next->config.tokens.trusted_issuers);
  keys_ = trusted_issuers_.complete(next->keys);
  each_worker([&](Worker& worker) { worker.use(next, keys_); });
}

std::vector<admin::ReadinessCheck> Gateway::readiness() const {
  std::vector<admin::ReadinessCheck> checks;
  checks.push_back({"serving", !drain_.begun(), drain_.begun() ? "draining" : ""});
  // Redis down is no reason to take this node out: the store answers.
  if (running().config.users.redis) {
    checks.push_back({"redis", true, user_changes_->redis_up() ? "up" : "down; the user store answers"});
  }
  // Nor is an issuer that is down: our own tokens, and those of other issuers, are served.
  for (const issuer::TrustedIssuers::Status& each : trusted_issuers_.statuses()) {
    std::string detail = each.has_keys ? "has keys" : "has no keys yet";
    if (!each.problem.empty()) detail += "; the last fetch: " + each.problem;
    checks.push_back({"trusted issuer " + each.issuer, true, std::move(detail)});
  }
  if (!running().upstreams.empty()) checks.push_back(upstreams_ready());
  return checks;
}

/// One target that is up, of whatever upstream, is enough: this node can then serve something, and taking it
/// out for one service that is down everywhere would take the others down with it.
admin::ReadinessCheck Gateway::upstreams_ready() const {
  std::size_t up = 0;
  std::size_t all = 0;
  for (const auto& group : running().upstreams) {
    up += group->healthy();
    all += group->targets().size();
  }
  return {"upstreams", up != 0, std::to_string(up) + " of " + std::to_string(all) + " targets are up"};
}

admin::Metrics Gateway::metrics() const {
  using Closed = transport::ConnectionCap::Closed;
  admin::Metrics metrics{.connections_open = connections_.open(),
                         .connections_limit = connections_.most(),
                         .connections_accepted = connections_.accepted(),
                         .closed_per_address = connections_.closed(Closed::per_address),
                         .closed_proxy_protocol = connections_.closed(Closed::proxy_protocol),
                         .handshake_failures = handshakes_.failures(),
                         .reloads_taken = reloader_.taken(),
                         .reloads_refused = reloader_.refused()};
  for (const auto& worker : workers_) {
    worker->rejections().add_to(metrics.rejections);
    for (int i = 1; i <= telemetry::ResponseCounts::classes; ++i) {
      metrics.responses[static_cast<std::size_t>(i - 1)] += worker->responses().of(i);
    }
  }
  return metrics;
}

std::optional<std::string> Gateway::find_decision(std::string_view request_id) const {
  for (const auto& worker : workers_) {
    if (auto decision = worker->find_decision(request_id)) return decision;
  }
  return std::nullopt;
}

/// The first SIGTERM or SIGINT drains; another cuts what has not ended by then.
void Gateway::stop() {
  const config::Limits& limits = running().config.limits;
  if (drain_.begun()) {
    drain_.hurry();
  } else {
    systemd_.stopping();
    telemetry::log(Level::info, "draining: not ready for {} ms, then for at most {} ms", limits.drain_delay.count(),
                   limits.drain_timeout.count());
    drain_.begin(steady_now(), limits.drain_delay, limits.drain_timeout);
  }
  go_on_draining();
}

/// SIGUSR2. From when the successor serves this process accepts nothing, admin calls neither, and drains.
Task<> Gateway::hand_over() {
  const char* refused = nullptr;
  if (drain_.begun()) refused = "this process is draining";
  if (hand_over_.under_way()) refused = "one is under way";
  if (::getpid() == 1) refused = "process 1 of a container ends the container with it; start a new container";
  if (refused != nullptr) {
    telemetry::log(Level::warning, "hand-over refused: {}", refused);
    co_return;
  }
  const pid_t successor = co_await hand_over_.run(sockets_.all(), sockets_.kept_by_systemd());
  if (drain_.begun()) co_return;
  if (successor == 0) co_return pid_file_.write();
  systemd_.handed_over_to(successor);
  handed_over_ = true;
  for (const auto& listener : admin_listeners_) listener->leave_to_successor();
  if (admin_server_) admin_server_->drain();
  drain_.begin(steady_now(), std::chrono::milliseconds{0}, running().config.limits.drain_timeout);
  go_on_draining();
}

void Gateway::cap_connections(const config::Limits& limits) {
  const unsigned most = connections_that_fit(limits.connections, descriptor_limit());
  if (most != limits.connections) {
    telemetry::log(Level::warning,
                   "limits.connections is {}, but {} descriptors hold {} connections and as many to upstreams: that is "
                   "the limit; raise ulimit -n (LimitNOFILE of systemd)",
                   limits.connections, descriptor_limit(), most);
  }
  connections_.set(most, limits.connections_per_address);
}

void Gateway::watch_connections() {
  if (!at_cap_ && connections_.full()) {
    at_cap_ = true;
    telemetry::log(Level::warning, "{} connections are open, as many as may be; idle ones are closed for new ones",
                   connections_.open());
  } else if (at_cap_ && connections_.open() < connections_.most() / 10 * 9) {
    at_cap_ = false;
    telemetry::log(Level::info, "{} connections are open, fewer than may be", connections_.open());
  }
}

void Gateway::go_on_draining() {
  if (drain_.begun() && workers_ended()) return stop_control();
  switch (drain_.next_step(steady_now())) {
    case Drain::Step::none:
      break;
    case Drain::Step::stop_accepting:
      each_worker([&](Worker& worker) { worker.drain(handed_over_ || sockets_.kept_by_systemd()); });
      break;
    case Drain::Step::cut: {
      std::uint64_t open = 0;
      each_worker([&](Worker& worker) { open += worker.open_connections(); });
      telemetry::log(Level::warning, "{} connections are cut", open);
      each_worker([](Worker& worker) { worker.cut(); });
      break;
    }
    case Drain::Step::leave:
      leave();
  }
}

/// What hangs on a peer now would hang on: the process ends without it.
void Gateway::leave() {
  telemetry::log(Level::warning, "stopped with exchanges that hang");
  pid_file_.remove();
  telemetry::stop_log();
  std::_Exit(0);
}

bool Gateway::workers_ended() const {
  return std::ranges::all_of(workers_, [](const auto& worker) { return worker->ended(); });
}

void Gateway::stop_control() {
  signals_->set.cancel();
  hand_over_.give_up();
  reloader_.close();
  health_checker_.stop();
  resolver_.stop();
  change_watch_.reset();
  user_changes_->close();
  trusted_issuers_.close();
  const bool live_on = handed_over_ || sockets_.kept_by_systemd();
  for (const auto& listener : admin_listeners_) live_on ? listener->leave_to_successor() : listener->stop();
  if (admin_server_) admin_server_->cut();
  timer_.stop();
}

}  // namespace bearward::app
