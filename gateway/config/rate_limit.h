#pragma once

#include <chrono>
#include <cstdint>

namespace bearward::config {

/// `rate_limit` of a route: so many requests of one caller may come at once, and the budget refills
/// steadily, the whole of it in `per`.
struct RateLimit {
  enum class By : std::uint8_t { user, client, client_ip, route };
  unsigned requests = 0;
  std::chrono::milliseconds per{0};
  By by = By::user;
};

}  // namespace bearward::config
