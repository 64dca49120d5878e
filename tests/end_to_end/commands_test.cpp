#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <regex>
#include <sstream>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

TEST(CheckCommand, IsContentWithAGoodConfiguration) {
  const GatewayProcess gateway((GatewayConfig(1)));
  const CommandResult result = gateway.run({"check"});
  EXPECT_EQ(result.exit_code, 0) << ::testing::PrintToString(result);
  EXPECT_EQ(result.output.find("error:"), std::string::npos);
}

TEST(CheckCommand, PrintsALineAFinding) {
  GatewayConfig config(1);
  config.set("limits", "{request_headers: 4KiB, idle_timeout: soon}");
  config.routes(
      "  - {name: x, match: {path: /x/**}, upstream: ecko}\n  - {name: y, match: {path: y}, upstream: echo}\n");
  const GatewayProcess gateway(config);
  const CommandResult result = gateway.run({"check"});
  EXPECT_EQ(result.exit_code, 1) << ::testing::PrintToString(result);
  const std::regex finding(R"([^:]+\.yaml:\d+:\d+: (error|warning): .+)");
  std::istringstream lines(result.output);
  int errors = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == ' ') continue;  // an excerpt of the file below a finding
    EXPECT_TRUE(std::regex_match(line, finding)) << line;
    errors += line.find(": error: ") != std::string::npos ? 1 : 0;
  }
  EXPECT_GE(errors, 3);
  EXPECT_NE(result.output.find("did you mean \"request_header\""), std::string::npos);
}

TEST(CheckCommand, PrintsJsonWhenAsked) {
  GatewayConfig config(1);
  config.set("limits", "{idle_timeout: soon}");
  const GatewayProcess gateway(config);
  const CommandResult result = gateway.run({"check", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1);
  boost::system::error_code error;
  const boost::json::value findings = boost::json::parse(result.output, error);
  ASSERT_TRUE(findings.is_array()) << result.output;
  bool found = false;
  for (const boost::json::value& each : findings.get_array()) {
    const boost::json::object& finding = each.as_object();
    for (const char* member : {"file", "line", "column", "severity", "message"}) EXPECT_TRUE(finding.contains(member));
    found = found || finding.at("severity") == "error";
  }
  EXPECT_TRUE(found);
}

TEST(CheckCommand, CannotCheckAFileThatIsNotThere) {
  const GatewayProcess gateway((GatewayConfig(1)));
  const CommandResult result = gateway.run({"check", "-c", "/nonexistent/gateway.yaml"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_FALSE(result.errors.empty() && result.output.empty());
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  const GatewayProcess gateway((GatewayConfig(1)));
  EXPECT_EQ(gateway.run({}).exit_code, 2);
  EXPECT_EQ(gateway.run({"swerve"}).exit_code, 2);
  EXPECT_EQ(gateway.run({"check", "--fromat", "json"}).exit_code, 2);
  EXPECT_EQ(gateway.run({"check", "--format", "xml"}).exit_code, 2);
  EXPECT_EQ(gateway.run({"--help"}).exit_code, 0);
  EXPECT_EQ(gateway.run({"serve", "--help"}).exit_code, 0);
  EXPECT_NE(gateway.run({"--version"}).output.find(BEARWARD_VERSION), std::string::npos);
}

TEST(RoutesCommand, PrintsTheMostSpecificRouteFirst) {
  GatewayConfig config(1);
  config.routes(
      "  - {name: wide, match: {path: /**}, upstream: echo}\n  - {name: narrow, match: {path: /a/b, methods: [GET]}, "
      "access: public, upstream: echo}\n");
  const GatewayProcess gateway(config);
  const CommandResult result = gateway.run({"routes"});
  EXPECT_EQ(result.exit_code, 0) << ::testing::PrintToString(result);
  EXPECT_LT(result.output.find("narrow"), result.output.find("wide"));
}

TEST(UserCommand, KeepsUsersThroughTheirLife) {
  const GatewayProcess gateway((GatewayConfig(1)));
  gateway.add_user("dave", "a long password of dave", {"--email", "dave@example.test", "--roles", "staff"});
  EXPECT_EQ(gateway.run({"user", "add", "dave", "--password-stdin"}, "another password\n").exit_code, 1) << "taken";
  const CommandResult shown = gateway.run({"user", "show", "dave", "--format", "json"});
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_NE(shown.output.find("dave@example.test"), std::string::npos);
  EXPECT_EQ(shown.output.find("$argon2"), std::string::npos);
  EXPECT_EQ(gateway.run({"user", "disable", "dave"}).exit_code, 0);
  EXPECT_EQ(gateway.run({"user", "enable", "dave"}).exit_code, 0);
  EXPECT_EQ(gateway.run({"user", "password", "dave", "--password-stdin"}, "yet another password\n").exit_code, 0);
  EXPECT_NE(gateway.run({"user", "list"}).output.find("dave"), std::string::npos);
  EXPECT_EQ(gateway.run({"user", "delete", "dave"}).exit_code, 0);
  EXPECT_EQ(gateway.run({"user", "show", "dave"}).exit_code, 1);
  EXPECT_EQ(gateway.run({"user", "disable", "dave"}).exit_code, 1);
}

}  // namespace
}  // namespace bearward::testing
