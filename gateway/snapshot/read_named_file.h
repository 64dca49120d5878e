#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/diagnostics.h"

namespace bearward::snapshot {

using ReadFile = std::function<Result<std::string>(const std::string& path)>;

/// The content of a file that a setting names; empty after an error, which stands at `place` then. An empty file is
/// one. `what` is the word for it: "certificate".
std::string read_named_file(const std::string& path, std::string_view what, const ReadFile& read_file,
                            const config::Place& place, config::Diagnostics& diagnostics);

}  // namespace bearward::snapshot
