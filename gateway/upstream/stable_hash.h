#pragma once

#include <cstdint>
#include <string_view>

namespace bearward::upstream {

/// Spreads every bit of `value` over all (the last steps of MurmurHash3).
constexpr std::uint64_t spread(std::uint64_t value) {
  value = (value ^ (value >> 33U)) * 0xff51afd7ed558ccdULL;
  value = (value ^ (value >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
  return value ^ (value >> 33U);
}

/// The same in every process and version. Not keyed: whoever chooses `text` can aim at one target, which the
/// bounded load of `balance: hash` makes harmless.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return spread(hash);
}

}  // namespace bearward::upstream
