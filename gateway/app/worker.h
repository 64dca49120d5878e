#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/change_announcer.h"
#include "app/dispatch.h"
#include "app/own_endpoints.h"
#include "async/blocking_pool.h"
#include "async/coarse_timer.h"
#include "async/overload.h"
#include "issuer/trusted_issuers.h"
#include "limit/limit_table.h"
#include "limit/login_protection.h"
#include "pipeline/pipeline.h"
#include "snapshot/snapshot.h"
#include "store/cached_user_store.h"
#include "store/redis/redis_connection.h"
#include "store/refresh_store.h"
#include "telemetry/access_log.h"
#include "telemetry/decision_log.h"
#include "transport/buffer_pool.h"
#include "transport/http1_server.h"
#include "transport/listener.h"

namespace bearward::app {

/// A core and all it owns: a thread, its io_context, its share of every listener, its connections to
/// upstreams and Redis, its caches and counters. Workers share what never changes and nothing else, so
/// no lock is on the way of a request.
class Worker {
 public:
  /// What all workers share; outlives them.
  struct Shared {
    store::UserStore& users;
    store::RefreshStore& refresh;
    async::BlockingPool& store_pool;    // user lookups
    async::BlockingPool& hashing_pool;  // password checks
    async::BlockingPool& writing_pool;  // what writes the user store, one at a time
    telemetry::AccessLog* access_log;   // null: off
    transport::ConnectionCap& connections;
    transport::Handshakes& handshakes;
    limit::LimitTable& budgets;  // of rate_limit and login_protection
    limit::LoginProtection& logins;
    issuer::TrustedIssuers& trusted_issuers;
    std::size_t decisions_kept = 0;  // by each worker
    AnnounceChange announce;         // that a worker changed a user
  };

  struct ListeningSocket {
    std::size_t listener;  // of the configuration
    int descriptor;        // this worker's own
  };

  Worker(const Shared& shared, std::vector<ListeningSocket> sockets,
         std::shared_ptr<const snapshot::Snapshot> snapshot);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();

  // From any thread:
  /// `keys`: the snapshot's, completed by those that were fetched.
  void use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys);
  /// After a fetch of a trusted issuer's keys, whether or not it brought others.
  void use_keys(std::shared_ptr<const token::KeySet> keys);
  void forget_user(const std::string& username);
  void forget_all_users();
  void set_trusted(bool trusted);
  /// No word of changed users will come: what is open is asked about again and again.
  void expect_no_word_of_users();
  /// telemetry::DecisionLog::find.
  std::optional<std::string> find_decision(std::string_view request_id) const { return decisions_.find(request_id); }
  /// Stops accepting, finishes what runs, then ends the thread. `sockets_live_on`: another process has them too.
  void drain(bool sockets_live_on);
  /// Resets what still runs. An exchange that hangs on its upstream all the same keeps the thread from ending.
  void cut();

  /// Connections that are still open, as of the last tick.
  std::uint64_t open_connections() const { return open_connections_; }
  bool ended() const { return ended_; }
  const telemetry::ResponseCounts& responses() const { return dispatch_.responses(); }
  const telemetry::RejectionCounts& rejections() const { return dispatch_.rejections(); }
  /// Has the thread's loop gone round since the last call? One that has ended needs not.
  bool shows_life() { return ended_ || ticked_.exchange(false); }
  void join();

 private:
  void apply(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys);
  void on_tick();
  /// Overload has begun or ended.
  void shed(bool overloaded);
  void count_connections();
  void end_if_drained();

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<Executor> work_;
  async::CoarseTimer timer_;
  async::Overload overload_;
  transport::BufferPool buffers_;
  telemetry::AccessLogBuffer access_log_;
  telemetry::DecisionLog decisions_;
  std::shared_ptr<store::RedisConnection> redis_;  // null: none configured
  store::CachedUserStore users_;
  OwnEndpoints own_endpoints_;
  pipeline::Pipeline pipeline_;
  Dispatch dispatch_;
  transport::Http1Server server_;
  transport::ConnectionCap& connections_;
  std::vector<ListeningSocket> sockets_;
  std::vector<std::unique_ptr<transport::Listener>> listeners_;  // one for each of them
  bool draining_ = false;
  unsigned ticks_ = 0;
  std::atomic<std::uint64_t> open_connections_{0};
  std::atomic<bool> ended_{false};
  std::atomic<bool> ticked_{true};
  std::thread thread_;
};

}  // namespace bearward::app
