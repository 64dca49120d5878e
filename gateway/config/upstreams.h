#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

struct Target {
  std::string host;  // a name or an IP address
  std::uint16_t port = 80;
  Place place;
};

struct Upstream {
  std::string name;
  std::vector<Target> targets;  // http:// only; taken in turn
  std::chrono::milliseconds connect_timeout{1'000};
  std::chrono::milliseconds response_timeout{30'000};
  unsigned idle_connections = 256;  // kept open per worker
  unsigned retries = 1;             // only where the request can be repeated safely
  Place place;
};

}  // namespace bearward::config
