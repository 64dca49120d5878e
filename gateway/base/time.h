#pragma once

#include <chrono>

namespace bearward {

/// Seconds since 1970-01-01T00:00:00Z, as NumericDate of RFC 7519 §2 counts them.
using UnixTime = std::chrono::sys_seconds;

/// Where a second is too coarse: which of two tokens of one second was issued after a revocation.
using UnixMilliseconds = std::chrono::sys_time<std::chrono::milliseconds>;

/// For intervals: never set back by an operator or NTP.
using SteadyTime = std::chrono::steady_clock::time_point;

inline UnixTime unix_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }
inline UnixMilliseconds unix_now_ms() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}
inline SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace bearward
