#include "policy/time_condition.h"

#include <string_view>

namespace bearward::policy {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;

constexpr std::string_view day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// 0 is Monday.
unsigned weekday_of(local_days date) { return std::chrono::weekday{date}.iso_encoding() - 1; }

bool begins_on(const config::TimeWindow& window, local_days date) {
  return (window.days >> weekday_of(date) & 1U) != 0;
}

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string hours_and_minutes(minutes time) {
  return two_digits(time.count() / 60) + ":" + two_digits(time.count() % 60);
}

}  // namespace

bool is_within(const config::TimeWindow& window, UnixTime now) {
  const std::chrono::local_seconds local = window.zone->local(now);
  const local_days today = std::chrono::floor<days>(local);
  const minutes time = std::chrono::floor<minutes>(local - today);
  if (window.from < window.to) return time >= window.from && time < window.to && begins_on(window, today);
  if (time >= window.from) return begins_on(window, today);
  return time < window.to && begins_on(window, today - days{1});
}

std::string to_string(const config::TimeWindow& window) {
  std::string text;
  for (unsigned day = 0; day < 7 && window.days != config::TimeWindow::every_day; ++day) {
    if ((window.days >> day & 1U) == 0) continue;
    const unsigned first = day;
    while (day < 6 && (window.days >> (day + 1) & 1U) != 0) ++day;
    text += (text.empty() ? "" : ",") + std::string{day_names[first]};
    if (day != first) text += "-" + std::string{day_names[day]};
  }
  if (!text.empty()) text += " ";
  return text + hours_and_minutes(window.from) + "-" + hours_and_minutes(window.to) + " " + window.zone_name;
}

std::string wall_clock(const config::TimeWindow& window, UnixTime now) {
  const std::chrono::local_seconds local = window.zone->local(now);
  const local_days today = std::chrono::floor<days>(local);
  const std::chrono::year_month_day date{today};
  const minutes offset = std::chrono::floor<minutes>(window.zone->offset_at(now));
  return std::string{day_names[weekday_of(today)]} + " " + std::to_string(static_cast<int>(date.year())) + "-" +
         two_digits(unsigned{date.month()}) + "-" + two_digits(unsigned{date.day()}) + " " +
         hours_and_minutes(std::chrono::floor<minutes>(local - today)) + " (" + (offset < minutes{0} ? "-" : "+") +
         hours_and_minutes(std::chrono::abs(offset)) + ")";
}

}  // namespace bearward::policy
