#pragma once

#include <string>
#include <string_view>

namespace bearward::policy {

/// Reads a percent-encoded text (RFC 3986 §2.1) octet by octet, decoded. Routing and conditions compare
/// decoded octets: `%3A` and `:` are one to most upstreams, so `/users%3Adelete` must not slip past the
/// route of `/users:delete`. A `%` that begins no escape is read as it is.
class DecodedOctets {
 public:
  explicit constexpr DecodedOctets(std::string_view encoded) : rest_(encoded) {}

  constexpr bool done() const { return rest_.empty(); }
  constexpr std::string_view rest() const { return rest_; }

  /// Only while not done.
  constexpr char next() {
    const char c = rest_.front();
    if (c == '%' && rest_.size() >= 3) {
      const int high = hex_value(rest_[1]);
      const int low = hex_value(rest_[2]);
      if (high >= 0 && low >= 0) {
        rest_.remove_prefix(3);
        return static_cast<char>(high * 16 + low);
      }
    }
    rest_.remove_prefix(1);
    return c;
  }

  static constexpr int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

 private:
  std::string_view rest_;
};

/// Does `encoded`, decoded, begin with `plain`? Then `encoded` is left with what follows.
constexpr bool consume_decoded(std::string_view& encoded, std::string_view plain) {
  DecodedOctets octets(encoded);
  for (const char c : plain) {
    if (octets.done() || octets.next() != c) return false;
  }
  encoded = octets.rest();
  return true;
}

constexpr bool decoded_equal(std::string_view encoded, std::string_view plain) {
  return consume_decoded(encoded, plain) && encoded.empty();
}

inline std::string percent_decoded(std::string_view encoded) {
  std::string text;
  for (DecodedOctets octets(encoded); !octets.done();) text += octets.next();
  return text;
}

}  // namespace bearward::policy
