#pragma once

#include <spdlog/fmt/fmt.h>

#include <string>
#include <string_view>
#include <utility>

namespace bearward::telemetry {

enum class Level { debug, info, warning, error };

/// Starts the process's log: one line an event to standard error, as JSON or as text. A thread of its
/// own writes, from a bounded queue: when that is full the oldest line goes, and nobody waits.
void start_log(Level least, bool json);
/// Writes what is queued and ends that thread.
void stop_log();

bool logs(Level level);
void write_log(Level level, const std::string& message);

/// Never give it a credential, a claim that was not verified, or content: there is no filter behind it.
template <class... Args>
void log(Level level, fmt::format_string<Args...> format, Args&&... args) {
  if (logs(level)) write_log(level, fmt::format(format, std::forward<Args>(args)...));
}

/// `text` as the inside of a JSON string.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace bearward::telemetry
