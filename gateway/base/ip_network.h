#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bearward {

/// An IPv4 or IPv6 address; IPv4 is held as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), so that an address
/// that arrives on a dual-stack socket and one that an operator wrote compare equal.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};

  /// Without port, brackets or zone; nullopt for anything else.
  static std::optional<IpAddress> parse(std::string_view text);
  bool is_v4() const;
  std::string to_string() const;
  /// Without the bits from `prefix_bits` on, counted in the 16-byte form: the network that it is in.
  IpAddress masked(unsigned prefix_bits) const;
  bool operator==(const IpAddress&) const = default;
};

/// A CIDR block such as 10.0.0.0/8 or 2001:db8::/32; a bare address is a block of one.
struct IpNetwork {
  IpAddress address;
  unsigned prefix_bits = 128;  // counted in the 16-byte form

  /// nullopt unless it is an address with an optional prefix length whose host bits are all zero.
  static std::optional<IpNetwork> parse(std::string_view text);
  bool contains(const IpAddress& candidate) const;
};

}  // namespace bearward
