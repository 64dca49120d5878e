#pragma once

#include <chrono>
#include <cstddef>

#include "config/users.h"

namespace bearward::store {

struct RedisSettings {
  config::RedisServer server;
  std::chrono::milliseconds connect_timeout{500};  // TCP, AUTH, SELECT and the first PING together
  std::chrono::milliseconds command_timeout{50};
  std::chrono::milliseconds first_backoff{50};  // doubles up to max_backoff; jitter takes up to half off
  std::chrono::milliseconds max_backoff{2'000};
  std::chrono::milliseconds ping_interval{500};  // of the invalidation channel; unanswered at the next it is down
  std::size_t max_in_flight = 1'024;
  std::size_t max_reply_bytes = 256 * 1024;
};

}  // namespace bearward::store
