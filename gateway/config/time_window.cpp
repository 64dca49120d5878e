#include "config/time_window.h"

#include <algorithm>
#include <optional>

#include "config/quote.h"
#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view time_form = "a time of day such as \"08:00\"";
constexpr std::string_view days_form = "a day such as mon, a range such as mon-fri, or a list of them";
constexpr std::string_view zone_form =
    "UTC, an offset such as +02:00, or a name of the tz database such as Europe/Berlin";
constexpr std::string_view zone_folder = "/usr/share/zoneinfo/";

constexpr Key time_keys[] = {
    {.name = "days",
     .kind = Kind::list,
     .form = days_form,
     .otherwise = "every day",
     .description = "when the window begins: mon, tue, wed, thu, fri, sat, sun"},
    {.name = "from", .form = time_form, .otherwise = "00:00", .description = "the first minute"},
    {.name = "to",
     .form = time_form,
     .otherwise = "24:00",
     .description = "the first minute after it; earlier than `from` it is one of the next day"},
    {.name = "zone",
     .form = zone_form,
     .otherwise = "UTC",
     .description = "whose clock; a named zone keeps its summer time (from /usr/share/zoneinfo, Debian's tzdata)"},
};

/// 0 is Monday.
std::optional<unsigned> parse_day(std::string_view text) {
  constexpr std::string_view names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto found = std::ranges::find(names, text);
  if (found == std::end(names)) return std::nullopt;
  return static_cast<unsigned>(found - std::begin(names));
}

/// The bits of `mon`, `mon-fri` or, around the week's end, `sat-mon`.
std::optional<std::uint8_t> parse_days(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_day(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_day(text.substr(dash + 1));
  if (!first || !last) return std::nullopt;
  unsigned days = 0;
  for (unsigned day = *first;; day = (day + 1) % 7) {
    days |= 1U << day;
    if (day == *last) return static_cast<std::uint8_t>(days);
  }
}

std::uint8_t read_days(const Value& value) {
  const auto items = value.one_or_more(days_form);
  std::uint8_t days = 0;
  if (!items) return days;
  for (const Value& item : *items) {
    const auto text = item.text(days_form);
    if (!text) continue;
    const auto some = parse_days(*text);
    if (!some) item.expected(days_form);
    days |= some.value_or(0);
  }
  return days;
}

/// 00:00 to 24:00.
std::optional<std::chrono::minutes> parse_time(std::string_view text) {
  const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !is_digit(0) || !is_digit(1) || !is_digit(3) || !is_digit(4))
    return std::nullopt;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (minutes > 59 || hours > 24 || (hours == 24 && minutes != 0)) return std::nullopt;
  return std::chrono::hours{hours} + std::chrono::minutes{minutes};
}

void read_time(const Map& map, std::string_view name, std::chrono::minutes& out) {
  const auto value = map.find(name);
  const auto text = value ? value->text(time_form) : std::nullopt;
  if (!text) return;
  const auto time = parse_time(*text);
  if (!time) value->expected("a time of day from 00:00 to 24:00, such as \"08:00\"");
  out = time.value_or(out);
}

/// Names stay inside of the folder: `Etc/GMT+5`, `America/Argentina/Ushuaia`.
bool is_zone_name(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
           c == '-' || c == '/';
  };
  return !text.empty() && text.size() <= 64 && text.front() != '/' && std::ranges::all_of(text, allowed);
}

std::shared_ptr<const TimeZone> read_zone(const Value& value, std::string& name) {
  const auto text = value.text(zone_form);
  if (!text) return nullptr;
  name = *text;
  if (name == "UTC") return std::make_shared<const TimeZone>();
  if (const auto fixed = TimeZone::fixed(name)) return std::make_shared<const TimeZone>(*fixed);
  if (!is_zone_name(name)) {
    value.expected(zone_form);
    return nullptr;
  }
  const auto content = value.origin().sources.read_file(std::string{zone_folder} + name);
  auto zone = content ? TimeZone::from_tzif(*content) : std::nullopt;
  if (zone) return std::make_shared<const TimeZone>(std::move(*zone));
  value.expected(std::string{zone_form} + "; " + (content ? "cannot make sense of " : "there is no readable ") +
                 in_quotes(std::string{zone_folder} + name) + (content ? "" : ", install tzdata if it is missing"));
  return nullptr;
}

}  // namespace

constinit const Section time_section{"routes[].access.time", time_keys};

std::optional<TimeWindow> read_time_window(const Value& value) {
  const std::size_t errors = value.diagnostics().errors();
  const auto map = value.map(time_section);
  if (!map) return std::nullopt;
  TimeWindow window;
  if (const auto days = map->find("days")) window.days = read_days(*days);
  read_time(*map, "from", window.from);
  read_time(*map, "to", window.to);
  if (const auto zone = map->find("zone")) window.zone = read_zone(*zone, window.zone_name);
  if (value.diagnostics().errors() != errors) return std::nullopt;
  if (window.from == window.to || window.from == std::chrono::hours{24}) {
    value.error("found from " + std::string{window.from == window.to ? "equal to to" : "24:00"} +
                ", expected a window that begins before it ends; for a whole day leave both out");
    return std::nullopt;
  }
  return window;
}

}  // namespace bearward::config
