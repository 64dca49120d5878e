#pragma once

#include <string>

#include "admin/decision_call.h"
#include "admin/health.h"
#include "admin/metrics_page.h"
#include "admin/reload_call.h"
#include "admin/routes_call.h"
#include "admin/user_call.h"
#include "async/blocking_pool.h"
#include "http/handler.h"
#include "store/user_store.h"

namespace bearward::admin {

/// Answers on the admin listener, on the control thread: /healthz, /readyz, /metrics, /v1/reload, /v1/routes,
/// /v1/upstreams, /v1/config, /v1/users/{username}, /v1/decisions/{id}. Nothing here blocks: what may goes to the pool.
class AdminHandler final : public http::Handler {
 public:
  /// What the running gateway lends; all of it outlives the handler.
  struct Hooks {
    store::UserStore& users;
    async::BlockingPool& store_pool;
    Announce announce;
    Reload reload;
    LastReload last_reload;
    Readiness readiness;
    Running running{};
    FindDecision find_decision{};
    TakeMetrics metrics{};
  };

  explicit AdminHandler(Hooks hooks);

  Task<http::Response> handle(http::Request request) override;

 private:
  Task<http::Response> route(http::Request request);
  Task<http::Response> call_user(http::Request request, std::string_view encoded_username);

  Hooks hooks_;
  UserCall user_call_;
};

}  // namespace bearward::admin
