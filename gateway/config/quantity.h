#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bearward::config {

/// The numbers of a configuration. Each parser takes the whole text or nothing: no sign, no space, no
/// fraction, nothing beyond 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text);
/// 512, 64KiB, 1MiB, 2GiB: in bytes.
std::optional<std::uint64_t> parse_size(std::string_view text);
/// 250ms, 30s, 15m, 12h, 14d; the unit is not optional: 30 could be meant either way.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// In the largest unit that divides it: 64KiB, 15m.
std::string format_size(std::uint64_t bytes);
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace bearward::config
