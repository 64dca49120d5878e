#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/keyed_hash.h"
#include "policy/rate_limiter.h"

namespace bearward::limit {

/// The budgets of a process, by key: all workers share one, so that a limit holds over all of them. The
/// number of keys is bounded. Where a new key finds no room, the key with the smallest part of its budget
/// used is forgotten: a flood of new keys does not wash out one that is over its limit. Strangers choose
/// the names behind the keys, so they are hashed under a key of this process. Thread-safe: a lock for each
/// of many parts, held for some tens of nanoseconds.
class LimitTable {
 public:
  using Key = std::uint64_t;

  explicit LimitTable(std::size_t keys = std::size_t{1} << 18U);

  /// The key of one kind of budget (`scope`, hashed once: `scope_of`) and what it is kept of.
  std::uint64_t scope_of(std::string_view name) const { return hash_(name); }
  Key key_of(std::uint64_t scope, std::string_view issuer, std::string_view name) const;

  // Of policy/rate_limiter. The same key always comes with the same limit.
  policy::RateVerdict look(Key key, const policy::RateLimit& limit, SteadyTime now);
  policy::RateVerdict take(Key key, const policy::RateLimit& limit, SteadyTime now);
  void charge(Key key, const policy::RateLimit& limit, SteadyTime now);
  void give_back(Key key, const policy::RateLimit& limit);

 private:
  static constexpr std::size_t shard_count = 64;
  static constexpr std::size_t ways = 8;  // a key has so many places

  struct Entry {
    Key key = 0;
    SteadyTime whole_at = SteadyTime::min();  // in the past: the place is free
    std::chrono::nanoseconds whole{1};
  };
  using Bucket = std::array<Entry, ways>;
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<Bucket> buckets;  // made when the first key comes
  };

  Shard& shard_of(Key key) { return shards_[key % shard_count]; }
  /// The key's entry, or null. With the shard's lock.
  Entry* find(Shard& shard, Key key);
  /// The key's entry, made where there is none.
  Entry& find_or_make(Shard& shard, Key key, const policy::RateLimit& limit, SteadyTime now);

  crypto::KeyedHash hash_;
  std::size_t buckets_in_shard_;
  std::array<Shard, shard_count> shards_;
};

}  // namespace bearward::limit
