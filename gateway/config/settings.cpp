#include "config/settings.h"

#include <chrono>

#include "config/quantity.h"

namespace bearward::config {

std::string expectation(const Key& key) {
  const auto duration = [](std::int64_t count) { return format_duration(std::chrono::milliseconds{count}); };
  const auto size = [](std::int64_t bytes) { return format_size(static_cast<std::uint64_t>(bytes)); };
  switch (key.kind) {
    case Kind::boolean:
      return "true or false";
    case Kind::number:
      return "a number from " + std::to_string(key.least) + " to " + std::to_string(key.most);
    case Kind::size:
      return "a size from " + size(key.least) + " to " + size(key.most) + ", such as 512, 16KiB or 10MiB";
    case Kind::duration:
      return "a duration from " + duration(key.least) + " to " + duration(key.most) +
             ", such as 250ms, 30s, 15m, 12h or 14d";
    case Kind::choice:
      return join_or(key.choices);
    case Kind::text:
    case Kind::map:
    case Kind::list:
      break;
  }
  return std::string{key.form};
}

std::string join_or(std::span<const std::string_view> words) {
  std::string joined;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) joined += i + 1 == words.size() ? " or " : ", ";
    joined += words[i];
  }
  return joined;
}

}  // namespace bearward::config
