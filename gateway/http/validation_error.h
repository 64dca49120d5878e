#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace bearward::http {

/// One entry of the list that FastAPI answers to a request which does not fit its model: pydantic's `type`
/// ("missing"), where the fault is, a sentence. `input` and `context` are JSON; of what was sent only what is
/// no secret may stand there.
struct ValidationError {
  std::string_view type;
  std::vector<std::string_view> location;  // "body", "username"
  std::string message;
  std::string input = "null";
  std::string context{};  // empty: the entry has no `ctx`
};

/// 422 with {"detail": [...]}, in FastAPI's shape.
Response validation_errors(std::span<const ValidationError> errors);

}  // namespace bearward::http
