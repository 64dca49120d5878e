#include "upstream/balancer.h"

#include <cmath>

#include "upstream/stable_hash.h"

namespace bearward::upstream {
namespace {

/// From 0 to 1, without 0: its logarithm is taken.
double to_unit(std::uint64_t bits) { return (static_cast<double>(bits >> 11U) + 0.5) * 0x1p-53; }

}  // namespace

Balancer::Balancer(config::Balance balance, std::vector<Candidate> candidates, std::uint64_t seed)
    : balance_(balance), random_state_(seed) {
  for (Candidate& each : candidates) entries_.push_back({std::move(each)});
  eligible_.reserve(entries_.size());
}

std::optional<std::size_t> Balancer::choose(const Targets& tried, std::uint64_t key, SteadyTime now) {
  if (entries_.size() == 1) {  // nothing to choose
    if (tried[0] || !entries_[0].candidate.target->healthy()) return std::nullopt;
    return 0;
  }
  gather(tried, now);
  if (eligible_.empty()) return std::nullopt;
  if (eligible_.size() == 1) return eligible_.front();
  switch (balance_) {
    case config::Balance::round_robin:
      return next_in_turn();
    case config::Balance::least_requests:
      return less_loaded_of_two();
    case config::Balance::hash:
      return by_key(key);
  }
  return std::nullopt;
}

void Balancer::gather(const Targets& tried, SteadyTime now) {
  eligible_.clear();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Target& target = *entries_[i].candidate.target;
    if (tried[i] || !target.healthy()) continue;
    const double share = target.share(now);
    if (share >= 1 || to_unit(random()) < share) eligible_.push_back(i);
  }
  if (!eligible_.empty()) return;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!tried[i] && entries_[i].candidate.target->healthy()) eligible_.push_back(i);
  }
}

/// Smooth weighted round robin: weights 3 and 1 give a a b a, never a a a b. Each turn everyone gains its
/// weight, and who is chosen pays what all gained.
std::size_t Balancer::next_in_turn() {
  std::int64_t total = 0;
  std::size_t best = eligible_.front();
  for (const std::size_t i : eligible_) {
    Entry& entry = entries_[i];
    entry.turn += entry.candidate.weight;
    total += entry.candidate.weight;
    if (entry.turn > entries_[best].turn) best = i;
  }
  entries_[best].turn -= total;
  return best;
}

/// Two drawn by weight, then the one with fewer requests for its weight. The best of all would be the best
/// for every worker and node at once, and they would trample it.
std::size_t Balancer::less_loaded_of_two() {
  std::uint64_t total = 0;
  for (const std::size_t i : eligible_) total += entries_[i].candidate.weight;
  const std::size_t first = draw(total, std::nullopt);
  const std::size_t second = draw(total - entries_[first].candidate.weight, first);
  const Candidate& a = entries_[first].candidate;
  const Candidate& b = entries_[second].candidate;
  return std::uint64_t{*a.in_flight} * b.weight <= std::uint64_t{*b.in_flight} * a.weight ? first : second;
}

std::size_t Balancer::draw(std::uint64_t total, std::optional<std::size_t> but) {
  std::uint64_t left = random() % total;
  for (const std::size_t i : eligible_) {
    if (i == but) continue;
    const std::uint64_t weight = entries_[i].candidate.weight;
    if (left < weight) return i;
    left -= weight;
  }
  return eligible_.back();
}

/// Weighted rendezvous hashing: each target draws a number from the key, the best takes it. A target that
/// comes or goes moves only its own keys. One that has over 1.25 times its part of the requests in flight
/// passes on to the next best, so that one busy caller cannot drown it.
std::size_t Balancer::by_key(std::uint64_t key) const {
  constexpr double most_over_mean = 1.25;
  double weights = 0;
  double requests = 1;
  for (const std::size_t i : eligible_) {
    weights += entries_[i].candidate.weight;
    requests += *entries_[i].candidate.in_flight;
  }
  std::size_t best = eligible_.front();
  double best_score = -1;
  for (const std::size_t i : eligible_) {
    const Candidate& each = entries_[i].candidate;
    const double bound = std::ceil(most_over_mean * requests * each.weight / weights);
    if (*each.in_flight + 1.0 > bound) continue;
    const double score = each.weight / -std::log(to_unit(spread(key ^ each.target->hash())));
    if (score > best_score) {
      best_score = score;
      best = i;
    }
  }
  return best;
}

/// SplitMix64: spreads load, keeps no secret.
std::uint64_t Balancer::random() {
  random_state_ += 0x9e3779b97f4a7c15ULL;
  return spread(random_state_);
}

}  // namespace bearward::upstream
