#include "config/cors.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

TEST(ReadCors, ReadsIt) {
  const auto loaded = test::load_snippet(
      "cors: {origins: [\"https://app.example.org\", \"https://*.example.org:8443\", \"http://127.0.0.1:18081\"], "
      "methods: [GET], headers: X-Mine, expose: [], credentials: true, max_age: 1h}\n");
  EXPECT_EQ(loaded.findings, Texts{});
  const Cors& cors = loaded.config.cors.value();
  EXPECT_EQ(cors.origins.size(), 3U);
  EXPECT_EQ(cors.methods, Texts{"GET"});
  EXPECT_EQ(cors.headers, Texts{"X-Mine"});
  EXPECT_EQ(cors.expose, Texts{});
  EXPECT_TRUE(cors.credentials);
  EXPECT_EQ(cors.max_age, 1h);
}

TEST(ReadCors, SaysWhatIsWrong) {
  struct Case {
    const char* sentence;
    const char* cors;
    const char* finding;
  };
  const Case cases[] = {
      {"every page, as the user", "{origins: \"*\", credentials: true}", "every page could act as the user"},
      {"no origin", "{credentials: true}", "found no key \"origins\""},
      {"sandboxed pages", "{origins: \"null\"}", "null is that of every sandboxed page"},
      {"no scheme", "{origins: app.example.org}", "a scheme and a host"},
      {"a slash at the end", "{origins: \"https://app.example.org/\"}", "not even a slash"},
      {"capitals", "{origins: \"https://App.example.org\"}", "lower-case letters"},
      {"a star within", "{origins: \"https://a*.example.org\"}", "a * only as the first label"},
      {"the default port", "{origins: \"https://app.example.org:443\"}", "browsers leave it out"},
      {"a star and more", "{origins: [\"*\", \"https://a.example.org\"]}", "* alone"},
      {"no method", "{origins: \"https://a.test\", methods: [\"a b\"]}", "a method such as GET"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto loaded = test::load_snippet("cors: " + std::string(c.cors) + "\n");
    ASSERT_FALSE(loaded.findings.empty());
    EXPECT_NE(loaded.findings[0].find(c.finding), std::string::npos) << loaded.findings[0];
  }
}

}  // namespace
}  // namespace bearward::config
