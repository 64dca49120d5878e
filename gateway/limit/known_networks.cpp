#include "limit/known_networks.h"

#include <algorithm>

namespace bearward::limit {

KnownNetworks::KnownNetworks(std::size_t names) : bucket_count_(std::max<std::size_t>(1, names / ways)) {}

bool KnownNetworks::has(std::uint64_t name, std::uint64_t network) const {
  if (buckets_.empty()) return false;
  const Bucket& bucket = buckets_[name % bucket_count_];
  const auto entry = std::ranges::find(bucket, name, &Entry::name);
  return entry != bucket.end() && std::ranges::find(entry->networks, network) != entry->networks.end();
}

void KnownNetworks::remember(std::uint64_t name, std::uint64_t network, SteadyTime now) {
  if (buckets_.empty()) buckets_.resize(bucket_count_);
  Bucket& bucket = buckets_[name % bucket_count_];
  auto entry = std::ranges::find(bucket, name, &Entry::name);
  if (entry == bucket.end()) {
    entry = std::ranges::min_element(bucket, {}, &Entry::used);
    *entry = {.name = name};
  }
  entry->used = now;
  auto at = std::ranges::find(entry->networks, network);
  if (at == entry->networks.end()) --at;  // the one that was used longest ago gives way
  std::rotate(entry->networks.begin(), at, at + 1);
  entry->networks.front() = network;
}

}  // namespace bearward::limit
