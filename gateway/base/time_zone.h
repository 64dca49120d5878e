#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/time_zone_rule.h"

namespace bearward {

/// How local time runs somewhere. Immutable.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// `+02:00` or `-09:30`, from -23:59 to +23:59; nullopt for anything else.
  static std::optional<TimeZone> fixed(std::string_view text);
  /// The content of a file of the tz database (TZif, RFC 9636) of version 2 or later. nullopt where it is not
  /// whole, counts leap seconds (UnixTime does not), or does not say how time runs after its last change.
  static std::optional<TimeZone> from_tzif(std::string_view content);

  /// What is added to UTC at `time`.
  std::chrono::seconds offset_at(UnixTime time) const;
  std::chrono::local_seconds local(UnixTime time) const {
    return std::chrono::local_seconds{(time + offset_at(time)).time_since_epoch()};
  }

 private:
  friend class TzifReader;

  struct Change {
    UnixTime at;
    std::chrono::seconds offset;
  };
  std::chrono::seconds before_{};     // until the first change
  std::vector<Change> changes_;       // by time
  std::optional<TimeZoneRule> rest_;  // from the last change on
};

}  // namespace bearward
