#pragma once

#include <chrono>
#include <cstdint>

namespace bearward::config {

struct Limits {
  std::uint64_t request_header_bytes = 16 * 1024;       // the whole head; over it 431
  std::uint64_t request_body_bytes = 10 * 1024 * 1024;  // over it 413
  std::chrono::milliseconds header_timeout{10'000};     // from a head's first byte to its last
  std::chrono::milliseconds handshake_timeout{10'000};  // of TLS, from accept on
  std::chrono::milliseconds idle_timeout{60'000};       // between exchanges, and between two reads of content
  std::chrono::milliseconds tunnel_timeout{3'600'000};  // without a byte in either direction of a tunnel
  std::uint64_t min_data_rate = 100;                    // bytes a second of content, of who is waited for; 0: any
  std::chrono::milliseconds data_rate_grace{10'000};    // so long any rate will do
  std::chrono::milliseconds drain_delay{0};             // SIGTERM: not ready for so long, and accepting
  std::chrono::milliseconds drain_timeout{30'000};      // from then on: what still runs after so long is cut
  unsigned connections = 20'000;                        // of the whole process; idle ones make room for more
  std::chrono::milliseconds overload_lag{500};          // a worker that is behind by so much sheds work; 0: never
  unsigned connections_per_address = 0;                 // of one IPv4 address or IPv6 /64; 0: any number
  unsigned handshakes = 4'000;                          // of TLS, under way in the whole process; more wait
};

}  // namespace bearward::config
