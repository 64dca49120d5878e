#include "limit/limit_table.h"

#include <algorithm>
#include <cstring>

namespace bearward::limit {

LimitTable::LimitTable(std::size_t keys) : buckets_in_shard_(std::max<std::size_t>(1, keys / (shard_count * ways))) {}

LimitTable::Key LimitTable::key_of(std::uint64_t scope, std::string_view issuer, std::string_view name) const {
  // Each part hashed by itself: no issuer and name run into one another.
  const std::uint64_t parts[] = {scope, hash_(issuer), hash_(name)};
  char bytes[sizeof parts];
  std::memcpy(bytes, parts, sizeof parts);
  return hash_({bytes, sizeof bytes});
}

LimitTable::Entry* LimitTable::find(Shard& shard, Key key) {
  if (shard.buckets.empty()) return nullptr;
  Bucket& bucket = shard.buckets[key / shard_count % buckets_in_shard_];
  const auto found = std::ranges::find(bucket, key, &Entry::key);
  return found == bucket.end() ? nullptr : &*found;
}

LimitTable::Entry& LimitTable::find_or_make(Shard& shard, Key key, const policy::RateLimit& limit, SteadyTime now) {
  if (Entry* const found = find(shard, key)) return *found;
  if (shard.buckets.empty()) shard.buckets.resize(buckets_in_shard_);
  const auto part_used = [now](const Entry& entry) {
    return entry.whole_at <= now
               ? 0.0
               : static_cast<double>((entry.whole_at - now).count()) / static_cast<double>(entry.whole.count());
  };
  Bucket& bucket = shard.buckets[key / shard_count % buckets_in_shard_];
  Entry& place = *std::ranges::min_element(bucket, {}, part_used);
  place = {.key = key, .whole_at = now, .whole = limit.whole()};
  return place;
}

policy::RateVerdict LimitTable::look(Key key, const policy::RateLimit& limit, SteadyTime now) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  const Entry* const entry = find(shard, key);
  return policy::look_at_budget(limit, entry == nullptr ? now : entry->whole_at, now);
}

policy::RateVerdict LimitTable::take(Key key, const policy::RateLimit& limit, SteadyTime now) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  return policy::take_from_budget(limit, find_or_make(shard, key, limit, now).whole_at, now);
}

void LimitTable::charge(Key key, const policy::RateLimit& limit, SteadyTime now) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  policy::charge_budget(limit, find_or_make(shard, key, limit, now).whole_at, now);
}

void LimitTable::give_back(Key key, const policy::RateLimit& limit) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  if (Entry* const entry = find(shard, key)) policy::give_back_to_budget(limit, entry->whole_at);
}

}  // namespace bearward::limit
