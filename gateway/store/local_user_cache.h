#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/keyed_hash.h"
#include "identity/user.h"

namespace bearward::store {

/// A worker's own copies of users: bounded, no lock, no allocation on a look-up. Full, it drops an entry
/// that was not looked up since the hand of the clock last passed it.
class LocalUserCache {
 public:
  struct Entry {
    std::shared_ptr<const identity::User> user;  // null: there is no such user
    SteadyTime fetched_at{};                     // when the look-up began
    SteadyTime read_at{};                        // when the store said so; earlier than fetched_at if Redis kept it
  };

  explicit LocalUserCache(std::size_t max_entries);

  /// Null when unknown. Valid until the next call that changes the cache.
  const Entry* find(std::string_view username);
  void put(std::string_view username, Entry entry);
  void erase(std::string_view username);
  void clear();
  std::size_t size() const { return size_; }

 private:
  static constexpr std::uint32_t nowhere = UINT32_MAX;
  struct Slot {
    std::string username;
    Entry entry;
    std::uint64_t hash = 0;
    std::uint32_t next = nowhere;  // in its bucket, or in the list of free slots
    bool in_use = false;
    bool looked_up = false;
  };

  std::uint32_t index_of(std::string_view username, std::uint64_t hash) const;
  std::uint32_t free_slot();
  void release(std::uint32_t index);
  void grow();

  std::size_t max_entries_;
  std::size_t size_ = 0;
  crypto::KeyedHash hash_;  // names are chosen by strangers
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t free_ = nowhere;
  std::uint32_t hand_ = 0;
};

}  // namespace bearward::store
