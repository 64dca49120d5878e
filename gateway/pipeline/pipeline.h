#pragma once

#include <memory>
#include <vector>

#include "http/message.h"
#include "limit/limit_table.h"
#include "pipeline/account.h"
#include "pipeline/assertions.h"
#include "pipeline/authenticate.h"
#include "snapshot/snapshot.h"
#include "transport/buffer_pool.h"
#include "upstream/pool.h"

namespace bearward::pipeline {

/// The way of a request that is not for the gateway itself: match_route, authenticate, authorize,
/// limit_rate, forward. Down by call and back by return value; no stage knows another. One a worker, one thread.
class Pipeline {
 public:
  Pipeline(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers, store::CachedUserStore& users,
           limit::LimitTable& budgets);

  /// From the next request on `snapshot` holds. Connections to upstreams that did not change are kept.
  void use(std::shared_ptr<const snapshot::Snapshot> snapshot);

  /// Housekeeping, every few seconds.
  void tend() {
    for (const auto& pool : current_->pools) pool->drop_dead();
  }

  /// `request` and `account` live until the result is there.
  Task<Result<http::Response, Rejection>> handle(const http::Request& request, Account& account);

 private:
  /// A snapshot and this worker's connections for it: what a request holds on to until its end.
  struct Current {
    std::shared_ptr<const snapshot::Snapshot> snapshot;
    std::vector<std::shared_ptr<upstream::Pool>> pools;  // by index in Config::upstreams
  };

  Executor executor_;
  async::CoarseTimer& timer_;
  transport::BufferPool& buffers_;
  Authenticator authenticator_;
  limit::LimitTable& budgets_;
  Assertions assertions_;
  std::shared_ptr<const Current> current_;
};

}  // namespace bearward::pipeline
