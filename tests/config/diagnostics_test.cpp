#include "config/diagnostics.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

TEST(Diagnostics, PrintsAFindingAsCompilersDo) {
  Diagnostics diagnostics;
  diagnostics.warning({"config/gateway.yaml", 4, 14}, "found this, expected that");
  EXPECT_EQ(diagnostics.sorted().at(0).to_string(), "config/gateway.yaml:4:14: warning: found this, expected that");
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(Diagnostics, SortsByFileLineAndColumnWithErrorsFirst) {
  Diagnostics diagnostics;
  diagnostics.error({"b", 1, 1}, "5");
  diagnostics.error({"a", 10, 1}, "4");
  diagnostics.warning({"a", 2, 3}, "3");
  diagnostics.error({"a", 2, 3}, "2");
  diagnostics.error({"a", 2, 1}, "1");
  std::string order;
  for (const Finding& finding : diagnostics.sorted()) order += finding.message;
  EXPECT_EQ(order, "12345");
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.errors(), 4U);
}

TEST(Diagnostics, KeepsABoundedNumberAndCountsTheRest) {
  Diagnostics diagnostics;
  for (std::size_t i = 0; i < Diagnostics::most_findings + 7; ++i) diagnostics.error({"a", 1, 1}, "again");
  EXPECT_EQ(diagnostics.sorted().size(), Diagnostics::most_findings);
  EXPECT_EQ(diagnostics.omitted(), 7U);
  EXPECT_EQ(diagnostics.errors(), Diagnostics::most_findings + 7);
}

}  // namespace
}  // namespace bearward::config
