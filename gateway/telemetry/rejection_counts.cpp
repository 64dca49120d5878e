#include "telemetry/rejection_counts.h"

namespace bearward::telemetry {
namespace {

/// There are some hundred; a mistake that made one of each request's words would end here.
constexpr std::size_t most_reasons = 1'024;

}  // namespace

void RejectionCounts::count(std::string_view step, std::string_view reason) {
  const std::lock_guard lock(mutex_);
  const auto known = times_.find(InOrder::Words{step, reason});
  if (known != times_.end()) {
    ++known->second;
  } else if (times_.size() < most_reasons) {
    times_.emplace(std::pair{std::string(step), std::string(reason)}, 1);
  }
}

void RejectionCounts::add_to(Times& sum) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [words, times] : times_) sum[words] += times;
}

}  // namespace bearward::telemetry
