#include "telemetry/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace bearward::telemetry {
namespace {

constexpr std::size_t queue_lines = 8192;

std::atomic<Level> least_level{Level::info};
std::shared_ptr<spdlog::logger> logger;
bool as_json = true;

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

void start_log(Level least, bool json) {
  least_level = least;
  as_json = json;
  spdlog::init_thread_pool(queue_lines, 1);
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(spdlog::color_mode::never);
  logger = std::make_shared<spdlog::async_logger>("bearward", std::move(sink), spdlog::thread_pool(),
                                                  spdlog::async_overflow_policy::overrun_oldest);
  logger->set_level(to_spdlog(least));
  logger->flush_on(spdlog::level::info);
  logger->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
                      spdlog::pattern_time_type::utc);
}

// The logger itself stays: on the way of a forced end other threads may still be writing to it.
void stop_log() { spdlog::shutdown(); }

bool logs(Level level) { return logger != nullptr && level >= least_level.load(std::memory_order_relaxed); }

void write_log(Level level, const std::string& message) {
  if (!as_json) {
    // One event, one line: what a peer sent must not begin another.
    std::string line;
    for (const char c : message) line += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    logger->log(to_spdlog(level), "{}", line);
    return;
  }
  std::string line = "\"message\":\"";
  append_json_escaped(line, message);
  line += '"';
  logger->log(to_spdlog(level), "{}", line);
}

void append_json_escaped(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet >= 0x7f) {  // octets, not code points: what came may be no UTF-8
      out += "\\u00";
      out += hex[octet >> 4U];
      out += hex[octet & 15U];
    } else {
      out += c;
    }
  }
}

}  // namespace bearward::telemetry
