#include "store/local_user_cache.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bearward::store {

// Chains of indices in one array of slots: an entry moves in and out without touching another, and the
// hand of the clock walks over the same array.
LocalUserCache::LocalUserCache(std::size_t max_entries)
    : max_entries_(std::clamp<std::size_t>(max_entries, 1, nowhere - 1)),
      buckets_(std::bit_ceil(std::min<std::size_t>(max_entries_, 1024)), nowhere) {}

const LocalUserCache::Entry* LocalUserCache::find(std::string_view username) {
  const std::uint32_t index = index_of(username, hash_(username));
  if (index == nowhere) return nullptr;
  slots_[index].looked_up = true;
  return &slots_[index].entry;
}

void LocalUserCache::put(std::string_view username, Entry entry) {
  const std::uint64_t hash = hash_(username);
  if (const std::uint32_t index = index_of(username, hash); index != nowhere) {
    slots_[index].entry = std::move(entry);
    return;
  }
  const std::uint32_t index = free_slot();
  std::uint32_t& bucket = buckets_[hash & (buckets_.size() - 1)];
  Slot& slot = slots_[index];
  slot.username.assign(username);
  slot.entry = std::move(entry);
  slot.hash = hash;
  slot.next = std::exchange(bucket, index);
  slot.in_use = true;
  slot.looked_up = false;  // who comes once goes first
  ++size_;
}

void LocalUserCache::erase(std::string_view username) {
  if (const std::uint32_t index = index_of(username, hash_(username)); index != nowhere) release(index);
}

void LocalUserCache::clear() {
  slots_.clear();
  std::ranges::fill(buckets_, nowhere);
  size_ = 0;
  free_ = nowhere;
  hand_ = 0;
}

std::uint32_t LocalUserCache::index_of(std::string_view username, std::uint64_t hash) const {
  std::uint32_t index = buckets_[hash & (buckets_.size() - 1)];
  while (index != nowhere && (slots_[index].hash != hash || slots_[index].username != username))
    index = slots_[index].next;
  return index;
}

std::uint32_t LocalUserCache::free_slot() {
  if (free_ != nowhere) return std::exchange(free_, slots_[free_].next);
  if (slots_.size() < max_entries_) {
    if (slots_.size() == buckets_.size()) grow();
    slots_.emplace_back();
    return static_cast<std::uint32_t>(slots_.size() - 1);
  }
  while (true) {  // at most once around: what it passes loses its mark
    const std::uint32_t index = std::exchange(hand_, static_cast<std::uint32_t>((hand_ + 1) % slots_.size()));
    if (std::exchange(slots_[index].looked_up, false)) continue;
    release(index);
    return std::exchange(free_, slots_[free_].next);
  }
}

void LocalUserCache::release(std::uint32_t index) {
  Slot& slot = slots_[index];
  std::uint32_t* link = &buckets_[slot.hash & (buckets_.size() - 1)];
  while (*link != index) link = &slots_[*link].next;
  *link = slot.next;
  slot = Slot{};
  slot.next = std::exchange(free_, index);
  --size_;
}

void LocalUserCache::grow() {
  buckets_.assign(buckets_.size() * 2, nowhere);
  for (std::uint32_t index = 0; index < slots_.size(); ++index) {
    if (!slots_[index].in_use) continue;
    slots_[index].next = std::exchange(buckets_[slots_[index].hash & (buckets_.size() - 1)], index);
  }
}

}  // namespace bearward::store
