#include "issuer/refresh_interval.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/field_syntax.h"

namespace bearward::issuer {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds usual = 10min, least = 5min, most = 1h;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

/// The value of `max-age`; a number too large to hold is a long time.
std::optional<std::chrono::seconds> max_age_in(std::string_view directive) {
  constexpr std::string_view name = "max-age=";
  if (!http::equal_ignoring_case(directive.substr(0, name.size()), name)) return std::nullopt;
  directive.remove_prefix(name.size());
  if (directive.size() >= 2 && directive.front() == '"' && directive.back() == '"')
    directive = directive.substr(1, directive.size() - 2);
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(directive.data(), directive.data() + directive.size(), count);
  if (directive.empty() || directive.front() == '-' || end != directive.data() + directive.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return most;
  return std::chrono::seconds{std::min(count, std::int64_t{most.count()})};
}

}  // namespace

std::chrono::seconds refresh_interval(std::string_view cache_control) {
  std::chrono::seconds interval = usual;
  while (!cache_control.empty()) {
    const std::size_t comma = std::min(cache_control.find(','), cache_control.size());
    if (const auto max_age = max_age_in(trimmed(cache_control.substr(0, comma)))) interval = *max_age;
    cache_control.remove_prefix(std::min(comma + 1, cache_control.size()));
  }
  return std::clamp(interval, least, most);
}

}  // namespace bearward::issuer
