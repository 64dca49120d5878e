#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace bearward {

/// When local time changes from year to year for ever: the TZ text of POSIX at the end of a TZif file
/// (RFC 9636 §3.3.1), such as `CET-1CEST,M3.5.0,M10.5.0/3`.
class TimeZoneRule {
 public:
  /// nullopt for anything else than the whole of such a text.
  static std::optional<TimeZoneRule> parse(std::string_view text);

  /// What is added to UTC at `time`.
  std::chrono::seconds offset_at(UnixTime time) const;

 private:
  friend class TimeZoneRuleParser;

  /// A day of every year and a time on it, which may lie outside of that day.
  struct Change {
    enum class Kind : std::uint8_t { day_without_leap, day, weekday };
    Kind kind = Kind::day;
    int day = 0;  // J1..J365, 0..365, or 0 (Sunday)..6 of `week` of `month`
    unsigned month = 0;
    unsigned week = 0;  // 5: the last
    std::chrono::seconds time{7200};

    std::chrono::local_seconds in(std::chrono::year year) const;
  };

  std::chrono::seconds standard_{};
  std::chrono::seconds summer_{};
  bool has_summer_ = false;
  Change to_summer_;
  Change to_standard_;
};

}  // namespace bearward
