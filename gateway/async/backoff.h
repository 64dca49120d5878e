#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace bearward::async {

/// How long to wait before the next attempt to connect: doubling, with up to half of it taken off at
/// random, so that the nodes of a cluster do not come back to a restarted server all at once.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most) : first_(first), most_(most), next_(first) {}

  std::chrono::milliseconds next() {
    const auto whole = next_;
    next_ = std::min(next_ * 2, most_);
    std::uniform_int_distribution<std::chrono::milliseconds::rep> part(whole.count() - whole.count() / 2,
                                                                       whole.count());
    return std::chrono::milliseconds{part(random_)};
  }
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_, most_, next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace bearward::async
