#pragma once

#include <memory>
#include <vector>

#include "http/message.h"
#include "limit/limit_table.h"
#include "pipeline/account.h"
#include "pipeline/assertions.h"
#include "pipeline/authenticate.h"
#include "pipeline/open_streams.h"
#include "snapshot/snapshot.h"
#include "transport/buffer_pool.h"
#include "upstream/pool.h"

namespace bearward::pipeline {

/// The way of a request that is not for the gateway itself: match_route, authenticate, authorize,
/// limit_rate, forward. Down by call and back by return value; no stage knows another. One a worker, one thread.
class Pipeline {
 public:
  Pipeline(Executor executor, async::CoarseTimer& timer, transport::BufferPool& buffers, store::CachedUserStore& users,
           limit::LimitTable& budgets, issuer::TrustedIssuers& trusted_issuers, OpenStreams::Settings streams);

  /// From the next request on `snapshot` holds, and tokens are verified with `keys`: the snapshot's, with
  /// what was fetched of trusted issuers. Connections to targets that did not change are kept, idle ones to
  /// targets that are gone are closed.
  void use(std::shared_ptr<const snapshot::Snapshot> snapshot, std::shared_ptr<const token::KeySet> keys);
  /// Other keys for the same snapshot, or the same again: what a request waits for will not come now.
  void use_keys(std::shared_ptr<const token::KeySet> keys) { authenticator_.use_keys(std::move(keys)); }

  /// Authenticator::set_overloaded.
  void set_overloaded(bool overloaded) { authenticator_.set_overloaded(overloaded); }

  /// Housekeeping, every few seconds.
  void tend() {
    for (const auto& pool : current_->pools) pool->drop_dead();
  }

  /// Those that go on after their request was let in.
  OpenStreams& streams() { return streams_; }

  /// Who asks, for a path of the gateway's own that only a user may call; the account is told.
  Task<Result<identity::Principal, Rejection>> authenticate(const http::Request& request, Account& account);

  /// `request` and `account` live until the result is there.
  Task<Result<http::Response, Rejection>> handle(const http::Request& request, Account& account);

 private:
  /// A snapshot and this worker's connections for it: what a request holds on to until its end.
  struct Current {
    std::shared_ptr<const snapshot::Snapshot> snapshot;
    std::vector<std::shared_ptr<upstream::Pool>> pools;  // by index in Config::upstreams
  };

  static const upstream::Pool* find_pool(const Current& current, const std::string& name);

  Executor executor_;
  async::CoarseTimer& timer_;
  transport::BufferPool& buffers_;
  Authenticator authenticator_;
  OpenStreams streams_;
  limit::LimitTable& budgets_;
  Assertions assertions_;
  std::shared_ptr<const Current> current_;
};

}  // namespace bearward::pipeline
