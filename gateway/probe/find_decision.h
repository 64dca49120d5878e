#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/listeners.h"

namespace bearward::probe {

/// Asks a running gateway's admin listener why it refused the request of that id (GET /v1/decisions/{id}): JSON,
/// or nullopt when it knows of none. The error says that it could not be asked.
Result<std::optional<std::string>, std::string> find_decision(const config::Address& admin,
                                                              std::string_view request_id);

}  // namespace bearward::probe
