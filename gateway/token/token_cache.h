#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "crypto/keyed_hash.h"
#include "identity/token_claims.h"

namespace bearward::token {

/// Tokens whose signature was found good, one worker's. It remembers that and nothing that changes: on a
/// hit the caller still checks time, issuer, audience and user. Never holds a refused token, so a flood
/// of forged ones evicts nobody. Clear it when the keys change.
///
/// Looked up by a keyed hash of the end of the signature, then by comparing the whole token: memcmp, since
/// the stored token is found only by who already has its signature (11 ns; in constant time 333).
class VerifiedTokenCache {
 public:
  using Claims = std::shared_ptr<const identity::TokenClaims>;

  struct Limits {
    std::size_t entries = 16 * 1024;
    std::size_t bytes = 64 * 1024 * 1024;  // of tokens and, estimated, their claims
  };

  explicit VerifiedTokenCache(Limits limits);

  /// Null when the token is not known. The pointer is good until the next insert, erase or clear: copy
  /// the Claims to keep them.
  const Claims* find(std::string_view token);
  /// Keeps a verified token, evicting others that were not used lately when a limit is reached. A token
  /// that alone exceeds `bytes` is not kept.
  void insert(std::string_view token, Claims claims);
  /// Forgets a token, as when it was found expired.
  void erase(std::string_view token);
  void clear();

  std::size_t entries() const { return used_slots_; }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Slot {
    std::uint64_t hash = 0;
    std::unique_ptr<char[]> token;  // null: the slot is free
    std::uint32_t token_bytes = 0;
    std::uint32_t next = none;  // in its bucket, or in the list of free slots
    Claims claims;
    bool recently_used = false;
  };

  std::uint64_t hash_of(std::string_view token) const;
  std::uint32_t& bucket_of(std::uint64_t hash) { return buckets_[hash & (buckets_.size() - 1)]; }
  std::uint32_t find_slot(std::string_view token, std::uint64_t hash);
  std::uint32_t take_free_slot();
  void evict_one();
  void release(std::uint32_t slot);

  Limits limits_;
  crypto::KeyedHash hash_;
  std::vector<std::uint32_t> buckets_;  // heads of chains of slots
  std::vector<Slot> slots_;             // grows up to limits_.entries
  std::uint32_t free_ = none;
  std::uint32_t hand_ = 0;  // where the next eviction looks first
  std::size_t used_slots_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace bearward::token
