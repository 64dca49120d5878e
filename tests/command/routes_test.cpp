#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "command/running.h"

namespace bearward::command {
namespace {

TEST(RoutesCommand, PrintsTheMostSpecificFirst) {
  const test::Site site;
  const auto result = site.run({"routes", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(result.output,
            "NAME  HOST    METHODS   PATH       ACCESS                               UPSTREAM\n"
            "one   a.test  GET,POST  /api/{id}  any(claims(sub={id}), roles(admin))  legacy\n"
            "all   *       *         /api/**    authenticated                        legacy\n");
}

TEST(RoutesCommand, PrintsJson) {
  const test::Site site;
  const auto result = site.run({"routes", "--format", "json", "-c", site.file("gateway.yaml")});
  const auto routes = boost::json::parse(result.output).as_array();
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].at("name").as_string(), "one");
  EXPECT_EQ(routes[1].at("access").as_string(), "authenticated");
}

TEST(RoutesCommand, CannotRunWithErrors) {
  const test::Site site;
  site.folder().write("policies/routes.yaml", "routes: [{name: a, match: {path: a}, upstream: legacy}]\n");
  const auto result = site.run({"routes", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_NE(result.errors.find("policies/routes.yaml:1:27: error: "), std::string::npos);
}

}  // namespace
}  // namespace bearward::command
