#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/place.h"

namespace bearward::config {

struct Target {
  std::string host;  // a name or an IP address
  std::uint16_t port = 80;
  Place place;
  unsigned weight = 1;
  bool tls = false;  // https://
};

/// In the order of the key's choices.
enum class Balance : std::uint8_t { round_robin, least_requests, hash };
/// As the configuration writes it.
std::string_view to_string(Balance balance);

/// What `balance: hash` looks at. A request without it is hashed by its client's address.
struct HashOn {
  enum class Kind : std::uint8_t { user, client_ip, header };
  Kind kind = Kind::user;
  std::string header;  // of Kind::header

  bool operator==(const HashOn&) const = default;
};

struct HealthCheck {
  std::string path;
  std::chrono::milliseconds interval{5'000};
  std::chrono::milliseconds timeout{1'000};  // of the connection, and then of the answer
  unsigned unhealthy_after = 3;              // failures in a row
  unsigned healthy_after = 2;                // successes in a row

  bool operator==(const HealthCheck&) const = default;
};

/// What `https://` targets are checked by, and shown. Paths of PEM files; empty: none.
struct UpstreamTls {
  std::string authorities;  // empty: those that the system trusts
  std::string server_name;  // empty: the target's own
  bool verify = true;
  std::string certificate;
  std::string private_key;
  Place place;
};

/// Requests that wait for room under `max_requests`.
struct Queue {
  unsigned length = 100;
  std::chrono::milliseconds timeout{1'000};
};

struct Upstream {
  std::string name;
  std::vector<Target> targets;
  Balance balance = Balance::round_robin;
  HashOn hash_on;
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds response_timeout{30'000};
  unsigned idle_connections = 256;  // kept open by each worker to each target
  unsigned retries = 1;             // only where the request can be repeated safely
  std::chrono::milliseconds dns_refresh{10'000};
  std::optional<HealthCheck> health;  // nullopt: only requests tell
  unsigned max_requests = 0;          // in flight, of the whole process; 0: any number
  Queue queue;
  UpstreamTls tls;
  Place place;
};

}  // namespace bearward::config
