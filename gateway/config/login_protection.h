#pragma once

#include <chrono>

namespace bearward::config {

/// Failed tries of each user name, and of each network that tries come from, have a budget each: `attempts`
/// that refill steadily, all of them in `per`.
struct LoginProtection {
  unsigned attempts = 5;
  std::chrono::milliseconds per{60'000};
  bool by_username = true;
  bool by_client_ip = true;

  bool operator==(const LoginProtection&) const = default;
};

}  // namespace bearward::config
