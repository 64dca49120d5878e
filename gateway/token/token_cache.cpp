#include "token/token_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "identity/user.h"

namespace bearward::token {
namespace {

// Measured, with the token itself: 3 to 5 bytes of heap a byte for usual tokens, 7 for objects of many short
// members, 10 for a list of one-digit numbers. Counted by the worst, so that the bound holds for odd tokens too.
constexpr std::size_t bytes_per_token_byte = 10;

// The end of the signature is enough: 48 bytes of it. Only who can sign could make it collide.
constexpr std::size_t hashed_bytes = 64;

std::size_t cost_of(std::size_t token_bytes, const identity::TokenClaims* claims) {
  std::size_t cost = sizeof(identity::TokenClaims) + token_bytes * bytes_per_token_byte;
  if (claims == nullptr || !claims->described_user) return cost;
  const identity::User& user = *claims->described_user;
  cost += sizeof(user) + user.username.size() + user.email.size() + user.full_name.size();
  for (const std::string& role : user.roles) cost += sizeof(role) + role.size();
  return cost;
}

}  // namespace

VerifiedTokenCache::VerifiedTokenCache(Limits limits)
    : limits_(limits), buckets_(std::bit_ceil(std::max<std::size_t>(limits.entries, 1)), none) {
  limits_.entries = std::min<std::size_t>(limits_.entries, none - 1);
}

std::uint64_t VerifiedTokenCache::hash_of(std::string_view token) const {
  const std::string_view signature = token.substr(token.rfind('.') + 1);  // no dot: npos + 1 is 0, all of it
  return hash_(signature.substr(signature.size() - std::min(signature.size(), hashed_bytes)));
}

const VerifiedTokenCache::Claims* VerifiedTokenCache::find(std::string_view token) {
  const std::uint32_t at = find_slot(token, hash_of(token));
  if (at == none) return nullptr;
  slots_[at].recently_used = true;
  return &slots_[at].claims;
}

void VerifiedTokenCache::insert(std::string_view token, Claims claims) {
  const std::size_t cost = cost_of(token.size(), claims.get());
  if (cost > limits_.bytes || limits_.entries == 0) return;
  const std::uint64_t hash = hash_of(token);
  if (const std::uint32_t known = find_slot(token, hash); known != none) {
    slots_[known].claims = std::move(claims);
    return;
  }
  while (used_slots_ >= limits_.entries || bytes_ + cost > limits_.bytes) evict_one();
  const std::uint32_t at = take_free_slot();
  Slot& slot = slots_[at];
  slot.token = std::make_unique_for_overwrite<char[]>(token.size());
  std::memcpy(slot.token.get(), token.data(), token.size());
  slot.token_bytes = static_cast<std::uint32_t>(token.size());
  slot.hash = hash;
  slot.claims = std::move(claims);
  slot.recently_used = false;
  slot.next = std::exchange(bucket_of(hash), at);
  ++used_slots_;
  bytes_ += cost;
}

void VerifiedTokenCache::erase(std::string_view token) {
  if (const std::uint32_t at = find_slot(token, hash_of(token)); at != none) release(at);
}

void VerifiedTokenCache::clear() {
  std::ranges::fill(buckets_, none);
  slots_.clear();
  slots_.shrink_to_fit();
  free_ = none;
  hand_ = 0;
  used_slots_ = 0;
  bytes_ = 0;
}

std::uint32_t VerifiedTokenCache::find_slot(std::string_view token, std::uint64_t hash) {
  for (std::uint32_t at = bucket_of(hash); at != none; at = slots_[at].next) {
    const Slot& slot = slots_[at];
    if (slot.hash == hash && slot.token_bytes == token.size() &&
        std::memcmp(slot.token.get(), token.data(), token.size()) == 0)
      return at;
  }
  return none;
}

std::uint32_t VerifiedTokenCache::take_free_slot() {
  if (free_ != none) return std::exchange(free_, slots_[free_].next);
  slots_.emplace_back();
  return static_cast<std::uint32_t>(slots_.size() - 1);
}

// Second chance: the hand passes over what was used since it came by last, and takes the first that was not.
// A hit then writes one flag in a line it has read anyway, where an LRU list would touch two neighbours.
void VerifiedTokenCache::evict_one() {
  for (;; ++hand_) {
    if (hand_ >= slots_.size()) hand_ = 0;
    Slot& slot = slots_[hand_];
    if (slot.token == nullptr || std::exchange(slot.recently_used, false)) continue;
    release(hand_++);
    return;
  }
}

void VerifiedTokenCache::release(std::uint32_t at) {
  Slot& slot = slots_[at];
  std::uint32_t* link = &bucket_of(slot.hash);
  while (*link != at) link = &slots_[*link].next;
  *link = slot.next;
  bytes_ -= cost_of(slot.token_bytes, slot.claims.get());
  --used_slots_;
  slot.token.reset();
  slot.claims.reset();
  slot.next = std::exchange(free_, at);
}

}  // namespace bearward::token
