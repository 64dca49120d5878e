#include "upstream/pool.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <random>

#include "telemetry/log.h"

namespace bearward::upstream {
namespace {

std::vector<std::shared_ptr<Connections>> make_connections(Thread thread, const Group& group,
                                                           const std::vector<std::shared_ptr<Connections>>* previous) {
  std::vector<std::shared_ptr<Connections>> made;
  for (const std::shared_ptr<Target>& target : group.targets()) {
    std::shared_ptr<Connections> connections;
    if (previous != nullptr) {
      const auto known = std::ranges::find(*previous, target, &Connections::shared_target);
      if (known != previous->end()) connections = *known;
    }
    if (!connections) connections = std::make_shared<Connections>(thread, target);
    connections->keep_idle(group.settings().idle_connections);
    made.push_back(std::move(connections));
  }
  return made;
}

std::vector<Balancer::Candidate> candidates(const Group& group,
                                            const std::vector<std::shared_ptr<Connections>>& connections) {
  std::vector<Balancer::Candidate> result;
  for (std::size_t i = 0; i < connections.size(); ++i) {
    result.push_back({group.targets()[i], group.settings().targets[i].weight, &connections[i]->in_flight()});
  }
  return result;
}

}  // namespace

Pool::Pool(Thread thread, std::shared_ptr<const Group> group, const Pool* previous)
    : thread_(thread),
      group_(std::move(group)),
      connections_(make_connections(thread_, *group_, previous != nullptr ? &previous->connections_ : nullptr)),
      balancer_(group_->settings().balance, candidates(*group_, connections_), std::random_device{}()) {}

Task<Result<Pool::Lease, NoTarget>> Pool::take(Tries& tries) {
  NoTarget why = NoTarget::none_healthy;
  while (true) {
    std::optional<std::size_t> index = balancer_.choose(tries.tried, tries.key, thread_.timer.now());
    if (!index && why == NoTarget::none_healthy && tries.tried.any()) {
      // A further try, and every target has had one: better the same again than none.
      tries.tried.reset();
      index = balancer_.choose(tries.tried, tries.key, thread_.timer.now());
    }
    if (!index) co_return std::unexpected(why);
    tries.tried.set(*index);
    const std::shared_ptr<Connections> connections = connections_[*index];
    if (!tries.fresh) {
      if (auto client = connections->take_idle()) co_return Lease(connections, std::move(client), true);
    }
    auto client = co_await connections->open(tries.connect_timeout.value_or(settings().connect_timeout), tries.until);
    if (client) co_return Lease(connections, std::move(*client), false);
    report(connections->target(), "cannot connect", client.error().reason);
    group_->note_failure(connections->target(), thread_.timer.now());
    const bool timed_out = client.error().error == asio::error::timed_out;
    why = timed_out ? NoTarget::connecting_timed_out : NoTarget::cannot_connect;
    if (thread_.timer.now() >= tries.until) co_return std::unexpected(why);
  }
}

void Pool::note_failure(const Lease& lease, const error_code& error) {
  const std::string_view problem = lease->problem();
  report(lease.target(), "no answer", problem.empty() ? error.message() : std::string(problem));
  group_->note_failure(lease.target(), thread_.timer.now());
}

void Pool::report(Target& target, std::string_view what, std::string_view reason) const {
  if (!target.may_log(thread_.timer.now())) return;
  telemetry::log(telemetry::Level::warning, "upstream {}: {}: {}: {}", settings().name, target.url(), what, reason);
}

void Pool::drop_dead() {
  for (const auto& connections : connections_) connections->drop_dead();
}

void Pool::retire(const Pool* successor) {
  for (const auto& connections : connections_) {
    if (successor == nullptr || !successor->uses(*connections)) connections->keep_idle(0);
  }
}

bool Pool::uses(const Connections& connections) const {
  return std::ranges::any_of(connections_, [&](const auto& each) { return each.get() == &connections; });
}

std::size_t Pool::idle() const {
  std::size_t all = 0;
  for (const auto& connections : connections_) all += connections->idle();
  return all;
}

}  // namespace bearward::upstream
