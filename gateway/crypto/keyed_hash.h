#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bearward::crypto {

/// SipHash-1-3 (Aumasson and Bernstein) under a key of 16 bytes: the hash of a table whose keys
/// strangers choose. Without the key nobody can make entries collide. Not a MAC: 64 bits, 1-3 rounds.
class KeyedHash {
 public:
  /// Under a fresh random key.
  KeyedHash();
  explicit KeyedHash(const std::array<unsigned char, 16>& key);

  std::uint64_t operator()(std::string_view bytes) const;

 private:
  std::uint64_t key_[2];
};

}  // namespace bearward::crypto
