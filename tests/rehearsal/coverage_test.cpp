#include "rehearsal/coverage.h"

#include <gtest/gtest.h>

#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

constexpr const char* routes = R"(routes:
  - {name: open, match: {path: /open}, access: public, upstream: legacy}
  - {name: usual, match: {path: /usual}, upstream: legacy}
  - name: office
    match: {path: /office}
    access:
      all:
        - roles: [admin]
        - not: {users: [mallory]}
    upstream: legacy
)";

std::vector<std::string> missing(const Coverage& coverage) {
  std::vector<std::string> lines;
  for (const Uncovered& each : coverage.missing) {
    lines.push_back(std::to_string(each.place.line) + " " + each.route + ": " + each.what);
  }
  return lines;
}

Coverage covered_by(const std::string& tests) {
  const auto snapshot = snapshot_of(routes + tests);
  return snapshot ? coverage_of(*snapshot, run_route_tests(*snapshot, noon)) : Coverage{};
}

TEST(Coverage, WithoutTestsIsNothing) {
  const Coverage coverage = covered_by("");
  EXPECT_EQ(coverage.percent(), 0U);
  EXPECT_EQ(coverage.all, 9U);
  EXPECT_EQ(missing(coverage), (std::vector<std::string>{
                                   "2 open: no test reaches this route",
                                   "3 usual: no test reaches this route",
                                   "3 usual: authenticated: no test sees it hold",
                                   "3 usual: authenticated: no test sees it fail",
                                   "4 office: no test reaches this route",
                                   "8 office: roles admin: no test sees it hold",
                                   "8 office: roles admin: no test sees it fail",
                                   "9 office: users mallory: no test sees it hold",
                                   "9 office: users mallory: no test sees it fail",
                               }));
}

TEST(Coverage, NamesTheBranchesThatNoTestTakes) {
  const Coverage coverage = covered_by(
      "tests:\n  - {request: GET /open, expect: allow}\n  - {request: GET /usual, expect: 401}\n"
      "  - {request: GET /usual, as: {sub: a}, expect: allow}\n"
      "  - {request: GET /office, as: {sub: a, roles: admin}, expect: allow}\n");
  EXPECT_EQ(missing(coverage), (std::vector<std::string>{"8 office: roles admin: no test sees it fail",
                                                         "9 office: users mallory: no test sees it hold"}));
  EXPECT_EQ(coverage.reached, 7U);
  EXPECT_EQ(coverage.percent(), 77U);
}

TEST(Coverage, IsWholeWhenEachConditionWasSeenBothWays) {
  const Coverage coverage = covered_by(
      "tests:\n  - {request: GET /open, expect: allow}\n  - {request: GET /usual, expect: 401}\n"
      "  - {request: GET /usual, as: {sub: a}, expect: allow}\n"
      "  - {request: GET /office, as: {sub: a, roles: admin}, expect: allow}\n"
      "  - {request: GET /office, as: {sub: mallory}, expect: 403}\n");
  EXPECT_EQ(missing(coverage), std::vector<std::string>{});
  EXPECT_EQ(coverage.percent(), 100U);
}

}  // namespace
}  // namespace bearward::rehearsal
