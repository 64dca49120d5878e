#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/place.h"
#include "rehearsal/run_route_tests.h"

namespace bearward::rehearsal {

/// Something that a change could break without any test seeing it.
struct Uncovered {
  std::string route;
  config::Place place;
  std::string what;  // "no test reaches this route", "roles admin: no test sees it fail"
};

/// How much of the policies the tests look at. Counted are: each route, reached or not; and each condition
/// of its `access`, seen to hold and seen not to.
struct Coverage {
  std::size_t all = 0;
  std::size_t reached = 0;
  std::vector<Uncovered> missing;  // by route, in the order of the files

  /// Rounded down: 100 says that nothing is missing.
  unsigned percent() const { return all == 0 ? 100 : static_cast<unsigned>(reached * 100 / all); }
};

Coverage coverage_of(const snapshot::Snapshot& snapshot, const std::vector<RouteTestResult>& results);

}  // namespace bearward::rehearsal
