#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

class Metrics : public SharedSiteTest<Metrics> {
 public:
  static void configure(GatewayConfig& config) { config.set("workers", "2"); }

 protected:
  /// The samples by name and labels. Fails on what is not the text format of Prometheus to the letter.
  static std::map<std::string, double> scrape() {
    const Response page = site().gateway.admin("GET", "/metrics");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    static const std::regex help("# HELP ([a-z_]+) [^\\n]+");
    static const std::regex type("# TYPE ([a-z_]+) (counter|gauge)");
    static const std::regex sample(
        "([a-z_]+)(\\{[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"(?:,[a-z_]+=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\")*\\})?"
        " ([0-9]+)");
    std::map<std::string, double> samples;
    std::set<std::string> families;
    std::string family;
    bool counter = false;
    std::istringstream lines(page.content);
    for (std::string line; std::getline(lines, line);) {
      std::smatch parts;
      if (std::regex_match(line, parts, help)) {
        family = parts[1];
        EXPECT_TRUE(families.insert(family).second) << "twice: " << line;
        EXPECT_TRUE(family.starts_with("bearward_"));
      } else if (std::regex_match(line, parts, type)) {
        EXPECT_EQ(parts[1], family);
        counter = parts[2] == "counter";
        EXPECT_EQ(counter, family.ends_with("_total")) << line;
      } else if (std::regex_match(line, parts, sample)) {
        EXPECT_EQ(parts[1], family) << line;
        EXPECT_TRUE(samples.emplace(parts[1].str() + parts[2].str(), std::stod(parts[3])).second) << "twice: " << line;
      } else {
        ADD_FAILURE() << "no line of the format: " << line;
      }
    }
    EXPECT_TRUE(page.content.ends_with('\n'));
    return samples;
  }
};

TEST_F(Metrics, CountWhatWorkersDidTogether) {
  std::map<std::string, double> before = scrape();
  for (int i = 0; i < 8; ++i) ASSERT_EQ(send(request("GET", "/public/x")).status, 200);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(send(request("GET", "/api/x")).status, 401);
  RawClient unreadable = client();
  unreadable.send("GET / HTTP/1.1\nHost: x\n\n");
  ASSERT_EQ(unreadable.read_response().status, 400);
  std::map<std::string, double> after = scrape();
  const auto more = [&](const std::string& name) { return after[name] - before[name]; };
  EXPECT_EQ(more("bearward_responses_total{class=\"2xx\"}"), 8);
  EXPECT_EQ(more("bearward_responses_total{class=\"4xx\"}"), 4);
  EXPECT_EQ(more("bearward_rejections_total{step=\"authenticate\",reason=\"no_token\"}"), 3);
  EXPECT_EQ(more("bearward_connections_accepted_total"), 12);
  EXPECT_EQ(after["bearward_connections_limit"], before["bearward_connections_limit"]);
}

TEST_F(Metrics, TellOfTargetsAndReloads) {
  std::map<std::string, double> before = scrape();
  const std::string target =
      "{upstream=\"echo\",target=\"http://127.0.0.1:" + std::to_string(site().gateway.config().upstream_port()) + "\"}";
  EXPECT_EQ(before["bearward_upstream_target_up" + target], 1);
  EXPECT_EQ(before["bearward_upstream_target_ejected" + target], 0);
  ASSERT_EQ(site().gateway.reload().status, 200);
  std::map<std::string, double> after = scrape();
  EXPECT_EQ(after["bearward_reloads_total{result=\"taken\"}"] - before["bearward_reloads_total{result=\"taken\"}"], 1);
  EXPECT_EQ(after["bearward_configuration_generation"] - before["bearward_configuration_generation"], 1);
}

TEST_F(Metrics, AreReadOnly) {
  EXPECT_EQ(site().gateway.admin("POST", "/metrics").status, 405);
  EXPECT_EQ(site().gateway.admin("HEAD", "/metrics").status, 200);
  EXPECT_EQ(site().gateway.admin("POST", "/v1/upstreams").status, 405);
}

TEST_F(Metrics, UpstreamsAreShownWithTheirTargets) {
  const Response answer = site().gateway.admin("GET", "/v1/upstreams");
  ASSERT_EQ(answer.status, 200);
  const auto rows = boost::json::parse(answer.content).as_array();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(std::string(rows[0].at("name").as_string()), "echo");
  EXPECT_EQ(std::string(rows[0].at("balance").as_string()), "round_robin");
  const auto& target = rows[0].at("targets").at(0);
  EXPECT_EQ(std::string(target.at("url").as_string()),
            "http://127.0.0.1:" + std::to_string(site().gateway.config().upstream_port()));
  EXPECT_EQ(target.at("weight").as_int64(), 1);
  EXPECT_TRUE(target.at("healthy").as_bool());
  EXPECT_FALSE(target.at("ejected").as_bool());
  EXPECT_EQ(target.at("share").as_double(), 1.0);
}

}  // namespace
}  // namespace bearward::testing
