#include "policy/time_condition.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace bearward::policy {
namespace {

using config::TimeWindow;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint8_t monday_to_friday = 0b001'1111;

UnixTime at(int year, int month, int day, int hour, int minute) {
  return std::chrono::sys_days{std::chrono::year{year} / month / day} + hours{hour} + minutes{minute};
}

std::shared_ptr<const TimeZone> berlin() {
  const auto content = config::system_sources().read_file("/usr/share/zoneinfo/Europe/Berlin");
  return std::make_shared<const TimeZone>(TimeZone::from_tzif(content.value()).value());
}

// 2026-11-23 is a Monday.
TEST(TimeCondition, HoldsWithinTheWindowOnItsDays) {
  struct Case {
    const char* name;
    std::uint8_t days;
    minutes from, to;
    UnixTime now;
    bool holds;
  };
  const Case cases[] = {
      {"within", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 23, 12, 0), true},
      {"the first minute", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 23, 8, 0), true},
      {"a minute before", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 23, 7, 59), false},
      {"the last minute", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 23, 17, 59), true},
      {"its end", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 23, 18, 0), false},
      {"Friday", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 27, 12, 0), true},
      {"Saturday", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 28, 12, 0), false},
      {"Sunday", monday_to_friday, hours{8}, hours{18}, at(2026, 11, 29, 12, 0), false},
      {"a whole day begins at midnight", 1, hours{0}, hours{24}, at(2026, 11, 23, 0, 0), true},
      {"and ends at the next", 1, hours{0}, hours{24}, at(2026, 11, 24, 0, 0), false},
      {"over midnight, in the evening", 1, hours{22}, hours{6}, at(2026, 11, 23, 23, 0), true},
      {"over midnight, in the morning after", 1, hours{22}, hours{6}, at(2026, 11, 24, 5, 59), true},
      {"over midnight, its end", 1, hours{22}, hours{6}, at(2026, 11, 24, 6, 0), false},
      {"over midnight, the evening after", 1, hours{22}, hours{6}, at(2026, 11, 24, 23, 0), false},
      {"over midnight, the morning of the first day", 1, hours{22}, hours{6}, at(2026, 11, 23, 5, 0), false},
      {"from Sunday into Monday", 1U << 6U, hours{22}, hours{6}, at(2026, 11, 23, 5, 0), true},
      {"before 1970", 0b000'1000, hours{8}, hours{18}, at(1969, 12, 25, 12, 0), true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TimeWindow window;
    window.days = c.days;
    window.from = c.from;
    window.to = c.to;
    EXPECT_EQ(is_within(window, c.now), c.holds);
  }
}

TEST(TimeCondition, GoesByTheClockOnTheWallThere) {
  TimeWindow window;
  window.days = monday_to_friday;
  window.from = hours{8};
  window.to = hours{18};
  window.zone = berlin();
  EXPECT_TRUE(is_within(window, at(2026, 1, 12, 7, 0))) << "winter: 08:00";
  EXPECT_FALSE(is_within(window, at(2026, 1, 12, 6, 59)));
  EXPECT_TRUE(is_within(window, at(2026, 7, 13, 6, 0))) << "summer: 08:00";
  EXPECT_FALSE(is_within(window, at(2026, 7, 13, 16, 0))) << "summer: 18:00";
  window.from = hours{0};
  EXPECT_TRUE(is_within(window, at(2026, 7, 12, 22, 30))) << "it is Monday there, and Sunday in UTC";
}

TEST(TimeCondition, OnTheDaysOnWhichTheClockIsChanged) {
  TimeWindow window;
  window.from = hours{2};
  window.to = hours{3};
  window.zone = berlin();
  EXPECT_FALSE(is_within(window, at(2026, 3, 29, 0, 59))) << "01:59";
  EXPECT_FALSE(is_within(window, at(2026, 3, 29, 1, 0))) << "03:00: two o'clock never comes";
  EXPECT_TRUE(is_within(window, at(2026, 10, 25, 0, 30))) << "02:30, and an hour later";
  EXPECT_TRUE(is_within(window, at(2026, 10, 25, 1, 30))) << "02:30 again";
  EXPECT_FALSE(is_within(window, at(2026, 10, 25, 2, 0))) << "03:00";
}

TEST(TimeCondition, ReadsAsItIsWritten) {
  TimeWindow window;
  EXPECT_EQ(to_string(window), "00:00-24:00 UTC");
  window.days = 0b101'0111;
  window.from = hours{22};
  window.to = minutes{390};
  window.zone_name = "Europe/Berlin";
  window.zone = berlin();
  EXPECT_EQ(to_string(window), "mon-wed,fri,sun 22:00-06:30 Europe/Berlin");
  EXPECT_EQ(wall_clock(window, at(2026, 7, 5, 22, 4)), "mon 2026-07-06 00:04 (+02:00)");
  window.zone = std::make_shared<const TimeZone>(*TimeZone::fixed("-09:30"));
  EXPECT_EQ(wall_clock(window, at(2026, 7, 5, 1, 4)), "sat 2026-07-04 15:34 (-09:30)");
}

}  // namespace
}  // namespace bearward::policy
