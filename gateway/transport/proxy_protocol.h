#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip_network.h"
#include "base/result.h"

namespace bearward::transport {

/// The header by which a proxy in front tells whose connection it passes on, before any other byte: version 1, a
/// line, or version 2, binary (haproxy.org/download/3.0/doc/proxy-protocol.txt).
struct ProxyHeader {
  /// No header may be longer: 107 bytes in version 1; in version 2 room for addresses and TLVs, which are passed over.
  static constexpr std::size_t most_bytes = 4096;

  struct Endpoints {
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
  };

  std::size_t bytes = 0;  // of the header; the first byte of what it announces comes right after
  /// Absent: the proxy speaks for itself (LOCAL, such as its health checks) or names no internet address (UNKNOWN,
  /// UNSPEC, AF_UNIX): the socket's own addresses hold, as they do in HAProxy.
  std::optional<Endpoints> endpoints;
};

/// Why a connection is closed, for the log.
struct BadProxyHeader {
  std::string_view reason;
};

/// What `received`, the first bytes of a connection, begin with; an empty optional while more bytes are needed,
/// all of which belong to the header. To the letter: a header that two readers could take differently is none.
Result<std::optional<ProxyHeader>, BadProxyHeader> parse_proxy_header(std::string_view received);

}  // namespace bearward::transport
