#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "async/task.h"
#include "http/message.h"

namespace bearward::admin {

/// What became of a reload.
struct ReloadResult {
  bool ok = false;
  std::uint64_t generation = 0;       // of the configuration that serves now
  std::vector<std::string> findings;  // FILE:LINE:COLUMN: error|warning: ...
};

using Reload = std::function<Task<ReloadResult>()>;
using LastReload = std::function<ReloadResult()>;

/// POST /v1/reload: 200 with the new generation and the warnings; 422 as problem+json with all findings
/// when the new configuration is refused and the old one stays. Its content is not looked at.
Task<http::Response> answer_reload(const Reload& reload);

/// GET /v1/reload: 200 with what became of the last one, or of the start: `ok`, the generation that serves,
/// the findings. A changed file is reloaded without anybody who asks; this is where to look.
http::Response answer_last_reload(const LastReload& last_reload);

}  // namespace bearward::admin
