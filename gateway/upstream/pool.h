#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "upstream/balancer.h"
#include "upstream/connections.h"
#include "upstream/group.h"
#include "upstream/retry_budget.h"

namespace bearward::upstream {

/// One request's way through its tries.
struct Tries {
  std::uint64_t key = 0;                                       // for `balance: hash`
  std::optional<std::chrono::milliseconds> connect_timeout{};  // of the route; by default the upstream's
  SteadyTime until{};                                          // no try begins after this
  bool fresh = false;         // an idle connection will not do: one has just proved dead
  Balancer::Targets tried{};  // targets that this request will not see again while there are others
};

/// Why a request reaches no target.
enum class NoTarget { none_healthy, cannot_connect, connecting_timed_out };

/// One worker's way to an upstream: chooses a target for each try and takes a connection to it. One thread.
class Pool {
 public:
  using Lease = Connections::Lease;

  /// Targets that `previous`, the same upstream's pool before a reload, has too keep their connections.
  Pool(Thread thread, std::shared_ptr<const Group> group, const Pool* previous = nullptr);

  /// An idle connection that is still usable, or a new one. A target that cannot be connected to costs its
  /// connect_timeout at most, and the next is tried: nothing had been sent to it.
  Task<Result<Lease, NoTarget>> take(Tries& tries);

  /// An exchange on `lease` has come to an answer's head, or has failed by no fault of the client.
  void note_success(const Lease& lease) { lease.target().note_success(); }
  void note_failure(const Lease& lease, const error_code& error);

  /// For `max_requests`; null: no cap.
  const std::shared_ptr<RequestCap>& cap() const { return group_->cap(); }
  Executor executor() const { return thread_.executor; }

  RetryBudget& retries() { return retries_; }

  /// Closes idle connections that are of no more use. Called every few seconds.
  void drop_dead();
  /// After a reload: idle connections to targets that `successor` (null: the upstream is gone) does not
  /// share are closed, and those in use close when their exchange ends.
  void retire(const Pool* successor);

  const config::Upstream& settings() const { return group_->settings(); }
  const std::string& default_host() const { return group_->default_host(); }
  SteadyTime now() const { return thread_.timer.now(); }
  std::size_t idle() const;

 private:
  bool uses(const Connections& connections) const;
  void report(Target& target, std::string_view what, std::string_view reason) const;

  Thread thread_;
  std::shared_ptr<const Group> group_;
  std::vector<std::shared_ptr<Connections>> connections_;  // by target
  Balancer balancer_;
  RetryBudget retries_;
};

}  // namespace bearward::upstream
