#include "config/upstreams.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;
using test::load_snippet;

TEST(ReadUpstreams, ReadsThem) {
  const auto loaded = load_snippet(R"(
upstreams:
  one: {targets: "http://legacy.internal"}
  two:
    targets: ["http://127.0.0.1:9000/", "http://[::1]:9001"]
    balance: round_robin
    connect_timeout: 250ms
    response_timeout: 5m
    idle_connections: 0
    retries: 2
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.upstreams.size(), 2U);
  const Upstream& one = loaded.config.upstreams[0];
  EXPECT_EQ(one.name, "one");
  EXPECT_EQ(one.targets.at(0).host, "legacy.internal");
  EXPECT_EQ(one.targets.at(0).port, 80);
  EXPECT_EQ(one.connect_timeout, 1s);
  EXPECT_EQ(one.response_timeout, 30s);
  EXPECT_EQ(one.idle_connections, 256U);
  EXPECT_EQ(one.retries, 1U);
  const Upstream& two = loaded.config.upstreams[1];
  EXPECT_EQ(two.targets.at(1).host, "::1");
  EXPECT_EQ(two.targets.at(1).port, 9001);
  EXPECT_EQ(two.connect_timeout, 250ms);
  EXPECT_EQ(two.response_timeout, 5min);
  EXPECT_EQ(two.idle_connections, 0U);
  EXPECT_EQ(two.retries, 2U);
}

TEST(ReadUpstreams, SaysWhatIsWrong) {
  const std::string target = " for targets, expected http://HOST:PORT without a path";
  const test::Mistake mistakes[] = {
      {"no targets",
       "upstreams: {a: {}}\n",
       {"1:16: error: found no key \"targets\" in a, expected http://HOST:PORT, or a list of them"}},
      {"an empty list of targets",
       "upstreams: {a: {targets: []}}\n",
       {"1:26: error: found an empty list for targets, expected http://HOST:PORT, or a list of them"}},
      {"no scheme", "upstreams: {a: {targets: \"127.0.0.1:80\"}}\n", {"1:26: error: found \"127.0.0.1:80\"" + target}},
      {"a path", "upstreams: {a: {targets: http://h/x}}\n", {"1:26: error: found \"http://h/x\"" + target}},
      {"a password, which is not shown",
       "upstreams: {a: {targets: \"http://u:hunter2@h\"}}\n",
       {"1:26: error: found \"http://***@h\"" + target}},
      {"https",
       "upstreams: {a: {targets: https://h}}\n",
       {"1:26: error: an https:// target is not yet supported by this version; use http://"}},
      {"one target twice",
       "upstreams: {a: {targets: [http://h, \"http://h:80/\"]}}\n",
       {"1:37: error: found the target \"h port 80\" again, expected it once"}},
      {"a name twice",
       "upstreams:\n  a: {targets: http://h}\n  a: {targets: http://i}\n",
       {"3:3: error: found the key \"a\" again, expected it once; it stands on line 2 too"}},
      {"numbers out of range",
       "upstreams: {a: {targets: http://h, retries: 11, idle_connections: -1}}\n",
       {"1:45: error: found \"11\" for retries, expected a number from 0 to 10",
        "1:67: error: found \"-1\" for idle_connections, expected a number from 0 to 65536"}},
      {"what is not built yet",
       "upstreams: {a: {targets: http://h, balance: hash, health: {path: /}}}\n",
       {"1:45: error: \"hash\" is not yet supported by this version; use round_robin",
        "1:51: error: \"health\" is not yet supported by this version; remove it"}},
      {"a list",
       "upstreams: [a]\n",
       {"1:12: error: found a list for upstreams, expected a map of names, each with its targets"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(mistake.yaml).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
