#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "config/diagnostics.h"
#include "rehearsal/judge.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// One of the `tests:` and what came of it. Points into the snapshot.
struct RouteTestResult {
  const config::RouteTest* test = nullptr;
  Judgement judgement;
  std::string failure;  // what was expected, what came and why; empty: passed

  bool passed() const { return failure.empty(); }
};

/// All `tests:` of the policy files, in their order. `now` is the time of those that name none.
std::vector<RouteTestResult> run_route_tests(const snapshot::Snapshot& snapshot, UnixTime now);

/// An error at its place for each that fails.
void report_failures(const std::vector<RouteTestResult>& results, config::Diagnostics& diagnostics);

/// `GET /api/x as alice`.
std::string title_of(const config::RouteTest& test);

}  // namespace bearward::rehearsal
