#include "base/time_zone_rule.h"

#include <charconv>

namespace bearward {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

/// Each `read_` takes what it is named after off the front, or fails and leaves the rest as it may be.
class TimeZoneRuleParser {
 public:
  explicit TimeZoneRuleParser(std::string_view text) : rest_(text) {}

  std::optional<TimeZoneRule> parse() {
    TimeZoneRule rule;
    if (!read_name() || !read_offset(rule.standard_)) return std::nullopt;
    if (rest_.empty()) return rule;
    rule.has_summer_ = true;
    rule.summer_ = rule.standard_ + std::chrono::hours{1};
    if (!read_name()) return std::nullopt;
    if (!rest_.starts_with(',') && !read_offset(rule.summer_)) return std::nullopt;
    // Without rules POSIX leaves it to the system when summer is: nobody could say what is right.
    if (!read_change(rule.to_summer_) || !read_change(rule.to_standard_) || !rest_.empty()) return std::nullopt;
    return rule;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool read_number(int& number, int least, int most) {
    if (rest_.empty() || !is_digit(rest_.front())) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc{} || number < least || number > most) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  bool read_name() {
    const bool quoted = take('<');
    std::size_t length = 0;
    const auto belongs = [&](char c) { return quoted ? c != '>' : is_letter(c); };
    while (length < rest_.size() && belongs(rest_[length])) ++length;
    rest_.remove_prefix(length);
    return length >= 3 && (!quoted || take('>'));
  }

  /// [+-]h[:m[:s]]
  bool read_time(std::chrono::seconds& time) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!read_number(hours, 0, 167)) return false;
    if (take(':') && !read_number(minutes, 0, 59)) return false;
    if (take(':') && !read_number(seconds, 0, 59)) return false;
    time = std::chrono::hours{hours} + std::chrono::minutes{minutes} + std::chrono::seconds{seconds};
    if (negative) time = -time;
    return true;
  }

  /// POSIX counts what lies west of Greenwich as positive.
  bool read_offset(std::chrono::seconds& offset) {
    if (!read_time(offset)) return false;
    offset = -offset;
    return true;
  }

  bool read_change(TimeZoneRule::Change& change) {
    return take(',') && read_day(change) && (!take('/') || read_time(change.time));
  }

  bool read_day(TimeZoneRule::Change& change) {
    using Kind = TimeZoneRule::Change::Kind;
    if (take('J')) {
      change.kind = Kind::day_without_leap;
      return read_number(change.day, 1, 365);
    }
    if (!take('M')) return read_number(change.day, 0, 365);
    change.kind = Kind::weekday;
    int month = 0;
    int week = 0;
    const bool good = read_number(month, 1, 12) && take('.') && read_number(week, 1, 5) && take('.');
    change.month = static_cast<unsigned>(month);
    change.week = static_cast<unsigned>(week);
    return good && read_number(change.day, 0, 6);
  }

  std::string_view rest_;
};

std::optional<TimeZoneRule> TimeZoneRule::parse(std::string_view text) { return TimeZoneRuleParser{text}.parse(); }

std::chrono::local_seconds TimeZoneRule::Change::in(std::chrono::year year) const {
  using std::chrono::days;
  using std::chrono::local_days;
  const local_days first{year / std::chrono::January / 1};
  switch (kind) {
    case Kind::day:
      return first + days{day} + time;
    case Kind::day_without_leap:
      return first + days{day - 1 + (year.is_leap() && day > 59 ? 1 : 0)} + time;
    case Kind::weekday:
      break;
  }
  const std::chrono::weekday weekday{static_cast<unsigned>(day)};
  const std::chrono::month in_month{month};
  if (week == 5) return local_days{year / in_month / weekday[std::chrono::last]} + time;
  return local_days{year / in_month / weekday[week]} + time;
}

std::chrono::seconds TimeZoneRule::offset_at(UnixTime time) const {
  if (!has_summer_) return standard_;
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(time + standard_)};
  const UnixTime summer{(to_summer_.in(date.year()) - standard_).time_since_epoch()};
  const UnixTime standard{(to_standard_.in(date.year()) - summer_).time_since_epoch()};
  // South of the equator summer spans the new year.
  const bool is_summer = summer < standard ? time >= summer && time < standard : time >= summer || time < standard;
  return is_summer ? summer_ : standard_;
}

}  // namespace bearward
