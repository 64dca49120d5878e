#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip_network.h"
#include "config/listener_tls.h"
#include "config/place.h"

namespace bearward::config {

/// `host:port` of a listener; the host is an IP address.
struct Address {
  std::string host;
  std::uint16_t port = 0;
  Place place;
};

struct Listener {
  std::string name;
  Address address;
  std::optional<ListenerTls> tls;              // absent: clear text
  bool proxy_protocol = false;                 // every connection starts with a PROXY header
  std::vector<IpNetwork> proxy_protocol_from;  // whose headers are taken; empty: anybody's
};

}  // namespace bearward::config
