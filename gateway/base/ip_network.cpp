#include "base/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace bearward {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/// Is the address without the bits from `prefix_bits` on the same as `network`?
bool matches(const IpAddress& address, const IpAddress& network, unsigned prefix_bits) {
  const std::size_t whole = prefix_bits / 8;
  if (!std::equal(address.bytes.begin(), address.bytes.begin() + whole, network.bytes.begin())) return false;
  const unsigned left = prefix_bits % 8;
  if (left == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - left));
  return (address.bytes[whole] & mask) == (network.bytes[whole] & mask);
}

bool host_bits_are_zero(const IpNetwork& network) {
  for (unsigned bit = network.prefix_bits; bit < 128; ++bit) {
    if ((network.address.bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton is strict (four decimal numbers without leading zeros, no zone) but wants a terminator.
  char terminated[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof terminated) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';
  IpAddress address;
  if (inet_pton(AF_INET6, terminated, address.bytes.data()) == 1) return address;
  std::ranges::copy(v4_mapped, address.bytes.begin());
  if (inet_pton(AF_INET, terminated, address.bytes.data() + v4_mapped.size()) == 1) return address;
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(v4_mapped.begin(), v4_mapped.end(), bytes.begin()); }

std::string IpAddress::to_string() const {
  char text[INET6_ADDRSTRLEN];
  const bool v4 = is_v4();
  const void* from = v4 ? bytes.data() + v4_mapped.size() : bytes.data();
  return inet_ntop(v4 ? AF_INET : AF_INET6, from, text, sizeof text);
}

IpAddress IpAddress::masked(unsigned prefix_bits) const {
  IpAddress network = *this;
  for (unsigned i = 0; i < network.bytes.size(); ++i) {
    const unsigned kept = prefix_bits > 8 * i ? std::min(8U, prefix_bits - 8 * i) : 0;
    network.bytes[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
  }
  return network;
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  IpNetwork network{*address};
  if (slash == std::string_view::npos) return network;
  const std::string_view digits = text.substr(slash + 1);
  // "::ffff:10.0.0.0/104" counts in 128 bits, "10.0.0.0/8" in 32.
  const unsigned width = address_text.find(':') == std::string_view::npos ? 32 : 128;
  unsigned bits = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (failure != std::errc{} || end != digits.data() + digits.size() || leading_zero || bits > width)
    return std::nullopt;
  network.prefix_bits = bits + (128 - width);
  if (!host_bits_are_zero(network)) return std::nullopt;
  return network;
}

bool IpNetwork::contains(const IpAddress& candidate) const { return matches(candidate, address, prefix_bits); }

}  // namespace bearward
