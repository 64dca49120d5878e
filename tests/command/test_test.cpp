#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "command/running.h"

namespace bearward::command {
namespace {

constexpr const char* routes =
    "routes:\n"
    "  - {name: api, match: {path: /api/**}, upstream: legacy}\n"
    "  - {name: admin, match: {path: /admin/**}, access: {roles: [admin]}, upstream: legacy}\n"
    "tests:\n"
    "  - {request: GET /api/x, expect: 401}\n"
    "  - {request: GET /api/x, as: {sub: alice}, expect: allow}\n";

class TestCommand : public ::testing::Test {
 protected:
  testing::CommandResult run(const std::string& policy, std::vector<std::string> further = {}) {
    site.folder().write("policies/routes.yaml", policy);
    std::vector<std::string> arguments{"test", "-c", site.file("gateway.yaml")};
    arguments.insert(arguments.end(), further.begin(), further.end());
    return site.run(std::move(arguments));
  }

  test::Site site;
};

TEST_F(TestCommand, PrintsHowManyPassed) {
  const auto result = run(routes);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "2 passed, 0 failed\n");
  EXPECT_EQ(result.errors, "");
}

TEST_F(TestCommand, PrintsEachFailureWithItsFileAndLine) {
  const std::string policy =
      std::string(routes) + "  - {request: GET /admin/x, as: {sub: eve, roles: [staff]}, expect: allow}\n";
  const auto result = run(policy);
  EXPECT_EQ(result.exit_code, 1);
  const std::string file = site.file("policies/routes.yaml");
  EXPECT_EQ(result.output, file + ":7: GET /admin/x as eve: expected allow, came 403: route \"admin\" (" + file +
                               ":3): roles wants admin, saw staff (" + file + ":3)\n2 passed, 1 failed\n");
  const auto json = boost::json::parse(run(policy, {"--format", "json"}).output).as_object();
  EXPECT_EQ(json.at("passed"), 2);
  EXPECT_EQ(json.at("failed"), 1);
  const auto& failure = json.at("failures").as_array().at(0).as_object();
  EXPECT_EQ(failure.at("line"), 7);
  EXPECT_EQ(failure.at("answer"), "403");
  EXPECT_EQ(failure.at("route"), "admin");
  EXPECT_FALSE(json.contains("coverage"));
  const auto check = site.run({"check", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(check.exit_code, 1);
  EXPECT_NE(check.output.find(":7:5: error: test GET /admin/x as eve: expected allow"), std::string::npos)
      << check.output;
}

TEST_F(TestCommand, ListsWhatNoTestReaches) {
  const auto result = run(routes, {"--coverage"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.output.find(":3: not covered: route \"admin\": no test reaches this route\n"), std::string::npos);
  EXPECT_NE(result.output.find("coverage 50%: 3 of 6 routes and branches\n"), std::string::npos) << result.output;
  EXPECT_EQ(run(routes, {"--fail-under", "50"}).exit_code, 0);
  const auto too_little = run(routes, {"--fail-under", "51"});
  EXPECT_EQ(too_little.exit_code, 1);
  EXPECT_NE(too_little.errors.find("50%, less than 51%"), std::string::npos);
  const auto json = boost::json::parse(run(routes, {"--coverage", "--format", "json"}).output).as_object();
  EXPECT_EQ(json.at("coverage").at("missing").as_array().size(), 3U);
}

TEST_F(TestCommand, CannotRunOnAConfigurationWithErrors) {
  const auto result = run("routes: []\ntests:\n  - {request: /x, expect: allow}\n");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.errors.find("routes.yaml:3:15: error: found \"/x\" for request"), std::string::npos)
      << result.errors;
  EXPECT_EQ(site.run({"test", "-c", "/nonexistent.yaml"}).exit_code, 2);
  EXPECT_EQ(run(routes, {"--fail-under", "101"}).exit_code, 2);
}

}  // namespace
}  // namespace bearward::command
