#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/result.h"
#include "http/head.h"

namespace bearward::http {

/// How many more times an OPTIONS request may be forwarded (RFC 9110 §7.6.2); nullopt where it does not say, and for
/// every other method, whose field says nothing. An error where the field is there twice or is no number.
Result<std::optional<std::uint64_t>, std::monostate> max_forwards(const RequestHead& head);

bool is_max_forwards(const Field& field);

}  // namespace bearward::http
