#include "config/map.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

TEST(Map, ReportsUnknownRepeatedAndMissingKeys) {
  const test::Mistake mistakes[] = {
      {"an unknown key of the top level",
       "lisners: []\nlog: {acess: off}\n",
       {"1:1: error: found the unknown key \"lisners\" in the configuration, expected listeners, admin, workers, "
        "pid_file, trusted_proxies, via, tokens, endpoints, compatibility, clients, users, identity, upstreams, "
        "limits, "
        "policies, "
        "log, cors or login_protection; did you mean \"listeners\"?",
        "2:7: error: found the unknown key \"acess\" in log, expected access, format or level; did you mean "
        "\"access\"?"}},
      {"a key twice",
       "workers: 2\nworkers: 3\n",
       {"2:1: error: found the key \"workers\" again, expected it once; it stands on line 1 too"}},
      {"a key twice, once in quotes",
       "workers: 2\n\"workers\": 3\n",
       {"2:1: error: found the key \"workers\" again, expected it once; it stands on line 1 too"}},
      {"a text for a map",
       "limits: none\n",
       {"1:9: error: found \"none\" for limits, expected a map with keys such as \"request_header\""}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(mistake.yaml).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
