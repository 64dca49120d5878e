#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/time_zone.h"

namespace bearward::config {

/// `time` of an `access`: hours that come back on some days of every week.
struct TimeWindow {
  static constexpr std::uint8_t every_day = 0b111'1111;

  std::uint8_t days = every_day;     // bit 0 is Monday; the days on which the window begins
  std::chrono::minutes from{0};      // since local midnight
  std::chrono::minutes to{24 * 60};  // exclusive; less than `from`: on the next day
  std::string zone_name = "UTC";     // as written
  std::shared_ptr<const TimeZone> zone = std::make_shared<const TimeZone>();
};

}  // namespace bearward::config
