#pragma once

#include <cstdint>

namespace bearward::policy {

/// Does a condition hold? `undecided`: what it is about is absent or cannot be compared. `not` leaves it
/// undecided, and an undecided rule denies: a condition that could not be looked at never opens a door.
/// Ordered, so that `all` is the least and `any` the greatest of its parts (Kleene's logic).
enum class Truth : std::uint8_t { no, undecided, yes };

}  // namespace bearward::policy
