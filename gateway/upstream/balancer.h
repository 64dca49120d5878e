#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/time.h"
#include "config/upstreams.h"
#include "upstream/target.h"

namespace bearward::upstream {

/// Which target is next: one worker's, which counts its own requests only. Allocates nothing for a choice.
class Balancer {
 public:
  static constexpr std::size_t most_targets = 256;  // config/upstreams holds it
  using Targets = std::bitset<most_targets>;

  struct Candidate {
    std::shared_ptr<const Target> target;
    unsigned weight = 1;
    const unsigned* in_flight = nullptr;  // of this worker; outlives the balancer
  };

  Balancer(config::Balance balance, std::vector<Candidate> candidates, std::uint64_t seed);

  /// A target by its index, none of `tried`; nullopt when none is healthy. An ejected one is chosen only
  /// when there is no other, one that comes back gets its share. `key` is for `balance: hash`.
  std::optional<std::size_t> choose(const Targets& tried, std::uint64_t key, SteadyTime now);

 private:
  struct Entry {
    Candidate candidate;
    std::int64_t turn = 0;  // of round_robin
  };

  void gather(const Targets& tried, SteadyTime now);
  std::size_t next_in_turn();
  std::size_t less_loaded_of_two();
  std::size_t by_key(std::uint64_t key) const;
  std::size_t draw(std::uint64_t total, std::optional<std::size_t> but);
  std::uint64_t random();

  config::Balance balance_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> eligible_;  // for the choice that is being made
  std::uint64_t random_state_;
};

}  // namespace bearward::upstream
