#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bearward::telemetry {

/// Counts for the whole process, since its start, what requests were refused for, by the step that refused and its
/// reason: words of the code, never of a client, and few. From any thread; the lock is on the way of refusals alone.
void count_rejection(std::string_view step, std::string_view reason);

struct RejectionCount {
  std::string step;
  std::string reason;
  std::uint64_t times = 0;
};
/// In the order of steps and reasons.
std::vector<RejectionCount> rejection_counts();

}  // namespace bearward::telemetry
