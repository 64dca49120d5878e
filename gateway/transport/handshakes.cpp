#include "transport/handshakes.h"

#include "telemetry/log.h"

namespace bearward::transport {

Handshakes::Turn Handshakes::begin() {
  under_way_.fetch_add(1, std::memory_order_relaxed);
  return Turn(this);
}

bool Handshakes::full() {
  const unsigned most = most_.load(std::memory_order_relaxed);
  if (under_way_.load(std::memory_order_relaxed) < most) return false;
  if (is_time_to_tell(told_of_full_)) {
    telemetry::log(telemetry::Level::warning,
                   "{} TLS handshakes are under way, limits.handshakes: more connections wait to be accepted", most);
  }
  return true;
}

void Handshakes::count_failure() {
  const std::uint64_t failures = failures_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (is_time_to_tell(told_of_failures_)) {
    telemetry::log(telemetry::Level::info,
                   "{} TLS handshakes have failed since the start; log.level debug says why each did", failures);
  }
}

bool Handshakes::is_time_to_tell(std::atomic<std::int64_t>& last_told_seconds) {
  constexpr std::int64_t pause = 60;
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  std::int64_t last = last_told_seconds.load(std::memory_order_relaxed);
  if (last != never && seconds - last < pause) return false;
  return last_told_seconds.compare_exchange_strong(last, seconds, std::memory_order_relaxed);
}

}  // namespace bearward::transport
