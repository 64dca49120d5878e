#pragma once

#include <cstdint>
#include <string_view>

namespace bearward::telemetry {

/// Counts for the whole process, since its start: how often a route in mode shadow let pass what its rule would
/// have refused. By the routes' names, and so bounded by the configurations there have been. From any thread;
/// the lock is on the way of such requests alone.
void count_shadow_refusal(std::string_view route);
std::uint64_t shadow_refusals(std::string_view route);

}  // namespace bearward::telemetry
