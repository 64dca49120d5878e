#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace bearward {

/// A moment as RFC 3339 §5.6 writes it, to the second: 2026-11-24T09:30:00Z or with +01:00 for Z; nullopt for
/// anything else.
std::optional<UnixTime> parse_moment(std::string_view text);

/// In UTC, as `parse_moment` reads it.
std::string to_text(UnixTime moment);

}  // namespace bearward
