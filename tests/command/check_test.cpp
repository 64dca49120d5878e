#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "command/running.h"

namespace bearward::command {
namespace {

constexpr const char* bad_routes =
    "routes:\n"
    "  - {name: a, match: {path: /a}, upstream: legcy}\n"
    "  - {name: b, match: {path: /a/**/c}, upstream: legacy}\n"
    "  - {name: c, match: {path: /c}, upstream: legacy, acess: public}\n";

TEST(CheckCommand, SaysNothingOfAGoodConfiguration) {
  const test::Site site;
  site.folder().write("policies/routes.yaml", "routes:\n  - {name: all, match: {path: /api/**}, upstream: legacy}\n");
  const auto result = site.run({"check", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(site.run({"check", "--format", "json", "-c", site.file("gateway.yaml")}).output, "[]\n");
}

TEST(CheckCommand, PrintsTheFindingsOfLoaderPoliciesAndKeysInOnePass) {
  const test::Site site;
  site.folder().write("policies/routes.yaml", bad_routes);
  site.folder().write("secret.txt", "hunter2\n");
  const auto result = site.run({"check", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.errors, "");
  EXPECT_EQ(result.output.find("hunter2"), std::string::npos);
  EXPECT_EQ(std::ranges::count(result.output, '\n'), 4);
  const std::string policy = site.file("policies/routes.yaml");
  for (const std::string& start : {site.file("gateway.yaml") + ":2:49: error: signing key \"k\"",
                                   policy + ":2:44: error: found upstream \"legcy\"", policy + ":3:22: error: ",
                                   policy + ":4:52: error: found the unknown key \"acess\""}) {
    EXPECT_NE(result.output.find(start), std::string::npos) << start << "\n" << result.output;
  }
}

TEST(CheckCommand, PrintsJson) {
  const test::Site site;
  site.folder().write("policies/routes.yaml", "routes: [{name: a, match: {path: /a}, upstream: legcy}]\n");
  const auto result = site.run({"check", "--format", "json", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 1);
  const auto findings = boost::json::parse(result.output).as_array();
  ASSERT_EQ(findings.size(), 1U);
  const auto& finding = findings[0].as_object();
  EXPECT_EQ(finding.at("file").as_string(), site.file("policies/routes.yaml"));
  EXPECT_EQ(finding.at("line").as_int64(), 1);
  EXPECT_EQ(finding.at("column").as_int64(), 49);
  EXPECT_EQ(finding.at("severity").as_string(), "error");
  EXPECT_TRUE(finding.at("message").as_string().starts_with("found upstream \"legcy\""));
}

TEST(CheckCommand, LetsWarningsPass) {
  const test::Site site;
  site.folder().write(
      "gateway.yaml",
      "listeners: [{name: plain, address: 127.0.0.1:18080}]\nadmin: {address: 0.0.0.0:9901}\npolicies: x/*\n");
  const auto result = site.run({"check", "-c", site.file("gateway.yaml")});
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_NE(result.output.find(":2:18: warning: the admin listener"), std::string::npos);
  EXPECT_NE(result.output.find(":3:11: warning: no file matches"), std::string::npos);
}

TEST(CheckCommand, CannotRunWithoutAFile) {
  const test::Site site;
  const auto result = site.run({"check", "-c", site.file("nope.yaml")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.errors, "bearward: cannot read " + site.file("nope.yaml") + ": No such file or directory\n");
}

}  // namespace
}  // namespace bearward::command
