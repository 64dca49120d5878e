#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bearward::config {

/// scheme://[user[:password]@]host[:port][path], as targets and servers are written. May hold a password:
/// never goes into a message.
struct Url {
  std::string scheme;                   // lower case
  std::optional<std::string> user;      // percent-decoded
  std::optional<std::string> password;  // percent-decoded
  std::string host;                     // a name or an IP address; IPv6 without its brackets
  std::optional<std::uint16_t> port;    // never 0
  std::string path;                     // with its '/', query and fragment included; empty when absent
};

std::optional<Url> parse_url(std::string_view text);

struct HostAndPort {
  std::string host;
  std::optional<std::uint16_t> port;
};

/// `host`, `host:port`, `[::1]`, `[::1]:port`: the host a name of letters, digits, '.', '-', '_' or an IP address.
std::optional<HostAndPort> parse_host_and_port(std::string_view text);

}  // namespace bearward::config
