#include "telemetry/rejection_counts.h"

#include <map>
#include <mutex>
#include <utility>

namespace bearward::telemetry {
namespace {

/// There are some hundred; a mistake that made one of each request's words would end here.
constexpr std::size_t most_reasons = 1'024;

struct Counts {
  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, std::uint64_t> by_reason;
};

Counts& counts() {
  static Counts all;
  return all;
}

}  // namespace

void count_rejection(std::string_view step, std::string_view reason) {
  Counts& all = counts();
  const std::lock_guard lock(all.mutex);
  const std::pair<std::string, std::string> words{step, reason};
  const auto known = all.by_reason.find(words);
  if (known != all.by_reason.end()) {
    ++known->second;
  } else if (all.by_reason.size() < most_reasons) {
    all.by_reason.emplace(words, 1);
  }
}

std::vector<RejectionCount> rejection_counts() {
  Counts& all = counts();
  const std::lock_guard lock(all.mutex);
  std::vector<RejectionCount> copies;
  for (const auto& [words, times] : all.by_reason) copies.push_back({words.first, words.second, times});
  return copies;
}

}  // namespace bearward::telemetry
