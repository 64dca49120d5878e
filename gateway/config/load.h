#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"
#include "config/diagnostics.h"

namespace bearward::config {

/// What the loader may touch of the outside: handed in, so that tests and the fuzzer need no disk.
struct Sources {
  std::function<Result<std::string>(const std::string& path)> read_file;
  std::function<std::vector<std::string>(const std::string& pattern)> glob;  // sorted paths
  std::function<std::optional<std::string>(const std::string& name)> environment;
};

/// The real disk and environment; files over 8 MiB are refused.
Sources system_sources();

/// YAML -> Config. Every mistake of every file is reported in `diagnostics`; the Config is whole only if
/// there is no error, and is returned all the same so that later checks can add theirs in the same pass.
Config load(const std::string& file, const Sources& sources, Diagnostics& diagnostics);

}  // namespace bearward::config
