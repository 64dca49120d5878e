#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "admin/admin_handler.h"
#include "app/drain.h"
#include "app/hand_over.h"
#include "app/listening_sockets.h"
#include "app/pid_file.h"
#include "app/reloader.h"
#include "app/systemd_notify.h"
#include "app/worker.h"
#include "issuer/trusted_issuers.h"
#include "store/sqlite/change_watch.h"
#include "store/user_changes.h"
#include "upstream/health_checker.h"
#include "upstream/resolver.h"

namespace bearward::app {

/// The whole running gateway: makes everything in order, joins it to one another, takes it down again.
/// Its own thread is the control thread: signals, the admin listener, reloads, word of changed users.
class Gateway {
 public:
  /// Opens the store and every listening socket. Throws std::runtime_error with what to put right. `loaded`
  /// was read from `file` and is good. `command`: argv, for a successor.
  Gateway(std::string file, Loaded loaded, InheritedSockets inherited, std::vector<std::string> command);
  ~Gateway();

  /// Serves until SIGTERM or SIGINT, or until a successor does, then drains. What hangs on a peer after drain_timeout
  /// ends with the process, here.
  void run();

 private:
  void start_admin();
  void start_user_changes();
  /// The keys of trusted issuers were fetched; `changed`: others came.
  void keys_fetched(bool changed);
  void wait_for_signal();
  void swap(const std::shared_ptr<const snapshot::Snapshot>& next);
  std::vector<admin::ReadinessCheck> readiness() const;
  admin::ReadinessCheck upstreams_ready() const;
  admin::Metrics metrics() const;
  std::optional<std::string> find_decision(std::string_view request_id) const;
  void stop();
  Task<> hand_over();
  Task<admin::ReloadResult> reload();
  void give_sign_of_life();
  void make_workers();
  void go_on_draining();
  /// The caps of `limits`, as far as the descriptors of the process allow.
  void cap_connections(const config::Limits& limits);
  void watch_connections();
  [[noreturn]] void leave();
  bool workers_ended() const;
  void stop_control();

  template <class Call>
  void each_worker(Call call) {
    for (const auto& worker : workers_) call(*worker);
  }

  const snapshot::Snapshot& running() const { return *reloader_.running(); }

  boost::asio::io_context control_;
  Reloader reloader_;
  SystemdNotify systemd_;
  ListeningSockets sockets_;
  PidFile pid_file_;
  std::unique_ptr<store::UserStore> users_;
  std::unique_ptr<store::RefreshStore> refresh_;
  std::unique_ptr<telemetry::AccessLog> access_log_;
  transport::ConnectionCap connections_;
  transport::Handshakes handshakes_;
  limit::LimitTable budgets_;
  limit::LoginProtection logins_{budgets_};
  async::BlockingPool store_pool_;
  async::BlockingPool writing_pool_;
  async::BlockingPool hashing_pool_;

  async::CoarseTimer timer_;
  transport::BufferPool buffers_;
  issuer::TrustedIssuers trusted_issuers_;
  std::shared_ptr<const token::KeySet> keys_;  // of the snapshot, with those that were fetched
  std::unique_ptr<store::UserChanges> user_changes_;
  std::unique_ptr<store::ChangeWatch> change_watch_;
  upstream::Resolver resolver_;
  upstream::HealthChecker health_checker_;
  std::unique_ptr<admin::AdminHandler> admin_handler_;
  std::unique_ptr<transport::Http1Server> admin_server_;
  transport::ConnectionCap admin_connections_{256};
  std::vector<std::unique_ptr<transport::Listener>> admin_listeners_;  // one, unless more were inherited

  std::vector<std::unique_ptr<Worker>> workers_;
  struct Signals;
  std::unique_ptr<Signals> signals_;
  HandOver hand_over_;
  bool handed_over_ = false;
  Drain drain_;
  bool at_cap_ = false;  // and the log has been told
};

}  // namespace bearward::app
