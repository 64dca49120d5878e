#pragma once

#include <string>

#include "base/time.h"
#include "config/time_window.h"

namespace bearward::policy {

/// Is `now` inside of the window? On the day that the clock is put back an hour of it comes twice, on the
/// day it is put forward an hour is missing: both as the clock on the wall there says. Allocates nothing.
bool is_within(const config::TimeWindow& window, UnixTime now);

/// `mon-fri 08:00-18:00 Europe/Berlin`
std::string to_string(const config::TimeWindow& window);
/// The clock on the wall there: `tue 2026-11-24 14:05 (+01:00)`.
std::string wall_clock(const config::TimeWindow& window, UnixTime now);

}  // namespace bearward::policy
