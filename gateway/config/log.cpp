#include "config/log.h"

#include <algorithm>
#include <array>

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view access_form = "stdout, stderr, off or the path of a file";
constexpr std::string_view formats[] = {"json", "text"};                      // in the order of LogFormat
constexpr std::string_view levels[] = {"debug", "info", "warning", "error"};  // in the order of LogLevel

constexpr Key log_keys[] = {
    {.name = "access", .form = access_form, .otherwise = "stdout", .description = "where a line for each request goes"},
    {.name = "format",
     .kind = Kind::choice,
     .choices = formats,
     .otherwise = "json",
     .description = "how log lines look"},
    {.name = "level",
     .kind = Kind::choice,
     .choices = levels,
     .otherwise = "info",
     .description = "the least severe message that is written"},
};

}  // namespace

constinit const Section log_section{"log", log_keys};

Log read_log(const Value& value) {
  Log log;
  const auto map = value.map(log_section);
  if (!map) return log;
  map->read("access", log.access);
  constexpr std::array<std::string_view, 3> words{"stdout", "stderr", "off"};
  if (std::ranges::find(words, log.access) == words.end()) map->read_path("access", log.access);
  map->read_choice("format", log.format);
  map->read_choice("level", log.level);
  return log;
}

}  // namespace bearward::config
