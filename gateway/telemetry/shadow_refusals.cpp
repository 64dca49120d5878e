#include "telemetry/shadow_refusals.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace bearward::telemetry {
namespace {

struct Counts {
  std::mutex mutex;
  std::map<std::string, std::uint64_t, std::less<>> by_route;
};

Counts& counts() {
  static Counts all;
  return all;
}

}  // namespace

void count_shadow_refusal(std::string_view route) {
  Counts& all = counts();
  const std::lock_guard lock(all.mutex);
  const auto known = all.by_route.find(route);
  if (known != all.by_route.end()) {
    ++known->second;
  } else {
    all.by_route.emplace(route, 1);
  }
}

std::uint64_t shadow_refusals(std::string_view route) {
  Counts& all = counts();
  const std::lock_guard lock(all.mutex);
  const auto known = all.by_route.find(route);
  return known == all.by_route.end() ? 0 : known->second;
}

}  // namespace bearward::telemetry
