#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace bearward::token {

/// A `jti`: a UUIDv7 (RFC 9562 §5.7), so 48 bits of `now` in milliseconds and 74 random ones. The time lets a
/// "revoke all" tell tokens of one second apart.
std::string make_token_id(UnixMilliseconds now);

/// The time in an id of that form, in lower case as we write it; nullopt for any other.
std::optional<UnixMilliseconds> time_of_token_id(std::string_view token_id);

}  // namespace bearward::token
