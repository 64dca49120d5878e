#pragma once

#include <functional>
#include <string>
#include <vector>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "http/message.h"
#include "store/user_store.h"

namespace bearward::admin {

/// One thing that the gateway needs in order to serve, as the app sees it.
struct ReadinessCheck {
  std::string name;
  bool ok = false;
  std::string detail;  // a few words; may be empty
};

using Readiness = std::function<std::vector<ReadinessCheck>()>;

/// GET /healthz: the process lives and its control thread runs. Nothing else is asked: a supervisor that
/// restarts what is not healthy must not do so because a store is down.
http::Response answer_healthz();

/// GET /readyz: 200 when every check is good, else 503, with each of them in a JSON object. To the app's
/// checks it adds `user_store`, which is read on the pool: the control thread never waits for a disk.
Task<http::Response> answer_readyz(const Readiness& readiness, store::UserStore& users, async::BlockingPool& pool);

}  // namespace bearward::admin
