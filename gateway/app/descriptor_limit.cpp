#include "app/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace bearward::app {
namespace {

constexpr std::uint64_t kept_back = 256;

std::uint64_t raise_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::uint64_t>::max();
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace

std::uint64_t descriptor_limit() {
  static const std::uint64_t limit = raise_limit();
  return limit;
}

unsigned connections_that_fit(unsigned wanted, std::uint64_t descriptors) {
  const std::uint64_t held = descriptors > kept_back ? (descriptors - kept_back) / 2 : 0;
  return static_cast<unsigned>(std::clamp<std::uint64_t>(held, 1, wanted));
}

}  // namespace bearward::app
