#pragma once

#include <memory>
#include <vector>

#include "upstream/connect.h"
#include "upstream/group.h"

namespace bearward::upstream {

/// Asks every target of an upstream with `health` whether it is well, and marks it so for all workers: one
/// checker a process, on the control thread. A target counts as healthy until `unhealthy_after` checks in
/// a row have failed: a gateway that has just started serves.
class HealthChecker {
 public:
  explicit HealthChecker(Thread thread) : thread_(thread) {}
  ~HealthChecker() { stop(); }
  HealthChecker(const HealthChecker&) = delete;
  HealthChecker& operator=(const HealthChecker&) = delete;

  /// From now on these are checked. A target whose checks stay as they were does not notice; one that is
  /// checked no more counts as healthy.
  void use(const Groups& groups);
  /// Ends all checks, those that run too.
  void stop();

 private:
  class Check;

  Thread thread_;
  std::vector<std::shared_ptr<Check>> checks_;
};

}  // namespace bearward::upstream
