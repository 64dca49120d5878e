#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace bearward::probe {

/// Where a running gateway listens, and how to get in.
struct Address {
  std::string host;  // an IP address
  std::uint16_t port = 0;
  bool tls = false;
  bool proxy_protocol = false;  // a PROXY header comes first, and tells of nobody else
  std::string server_name;      // asked for in the TLS handshake
  std::string ca_file;          // PEM of who may vouch for the certificate; empty: the system's
  bool verify = true;
};

/// What came back.
struct Answer {
  int status = 0;    // 0: the connection ended, or went silent, without one
  std::string head;  // as it came, its empty line left out
  std::string content;
  bool more = false;   // a second response followed on the same connection
  bool ended = false;  // the peer ended the connection by itself

  std::string field(std::string_view name) const;
};

/// Sends exactly `bytes` on a connection of its own and reads what comes, for at most `patience` and 256 KiB.
/// `quiet`: how long a connection that stays open after a whole answer is listened to for a second one. Blocks.
/// The error says why there is no connection.
Result<Answer, std::string> send_bytes(const Address& address, std::string_view bytes,
                                       std::chrono::milliseconds patience = std::chrono::seconds{5},
                                       std::chrono::milliseconds quiet = {});

}  // namespace bearward::probe
