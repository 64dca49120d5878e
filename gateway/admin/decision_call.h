#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace bearward::admin {

/// The decision log's entry of a request id, as JSON (telemetry/decision_log); nullopt when there is none.
using FindDecision = std::function<std::optional<std::string>(std::string_view request_id)>;

/// GET /v1/decisions/{id}: 200 with the entry, 404 for an id that no refusal of late had.
http::Response answer_decision(const FindDecision& find, std::string_view encoded_id);

}  // namespace bearward::admin
