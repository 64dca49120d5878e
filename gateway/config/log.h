#pragma once

#include <string>

namespace bearward::config {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { json, text };

struct Log {
  std::string access = "stdout";  // stdout, stderr, off, or an absolute path
  LogFormat format = LogFormat::json;
  LogLevel level = LogLevel::info;
};

}  // namespace bearward::config
