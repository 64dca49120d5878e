#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace bearward::limit {

/// From which networks a name has logged in before: the last few of each name, and of some ten thousands of
/// names those that logged in last. Names and networks are keyed hashes. One thread at a time.
class KnownNetworks {
 public:
  explicit KnownNetworks(std::size_t names = std::size_t{1} << 15U);

  bool has(std::uint64_t name, std::uint64_t network) const;
  void remember(std::uint64_t name, std::uint64_t network, SteadyTime now);

 private:
  static constexpr std::size_t ways = 8;
  static constexpr std::size_t networks_of_name = 8;

  struct Entry {
    std::uint64_t name = 0;
    SteadyTime used = SteadyTime::min();
    std::array<std::uint64_t, networks_of_name> networks{};  // the last one first
  };
  using Bucket = std::array<Entry, ways>;

  std::size_t bucket_count_;
  std::vector<Bucket> buckets_;  // made when the first login comes
};

}  // namespace bearward::limit
