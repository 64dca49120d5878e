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
    balance: hash
    hash_on: header X-Tenant
    connect_timeout: 250ms
    response_timeout: 5m
    idle_connections: 0
    retries: 2
    dns_refresh: 1m
    health: {path: "/healthz?deep=1", interval: 2s, timeout: 500ms, unhealthy_after: 2, healthy_after: 1}
  three:
    targets: [{url: "http://a:1", weight: 3}, "http://b:1"]
    balance: least_requests
  four: {targets: {url: "http://a"}, balance: hash}
  five:
    targets: ["https://a", "https://[::1]:8443"]
    max_requests: 50
    queue: {length: 10, timeout: 250ms}
    tls: {ca: ca.pem, server_name: legacy.internal, certificate: gateway.pem, private_key: gateway.key}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  ASSERT_EQ(loaded.config.upstreams.size(), 5U);
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
  EXPECT_EQ(two.balance, Balance::hash);
  EXPECT_EQ(two.hash_on, (HashOn{HashOn::Kind::header, "X-Tenant"}));
  EXPECT_EQ(two.dns_refresh, 1min);
  EXPECT_EQ(two.health, (HealthCheck{"/healthz?deep=1", 2s, 500ms, 2, 1}));
  EXPECT_EQ(one.health, std::nullopt);
  const Upstream& three = loaded.config.upstreams[2];
  EXPECT_EQ(three.balance, Balance::least_requests);
  EXPECT_EQ(three.targets.at(0).weight, 3U);
  EXPECT_EQ(three.targets.at(1).weight, 1U);
  EXPECT_EQ(loaded.config.upstreams[3].hash_on.kind, HashOn::Kind::user);
  const Upstream& five = loaded.config.upstreams[4];
  EXPECT_TRUE(five.targets.at(0).tls);
  EXPECT_EQ(five.targets.at(0).port, 443);
  EXPECT_EQ(five.targets.at(1).port, 8443);
  EXPECT_EQ(five.max_requests, 50U);
  EXPECT_EQ(five.queue.length, 10U);
  EXPECT_EQ(five.queue.timeout, 250ms);
  EXPECT_EQ(five.tls.authorities, "/etc/bearward/ca.pem");
  EXPECT_EQ(five.tls.server_name, "legacy.internal");
  EXPECT_EQ(five.tls.certificate, "/etc/bearward/gateway.pem");
  EXPECT_EQ(five.tls.private_key, "/etc/bearward/gateway.key");
  EXPECT_TRUE(five.tls.verify);
  EXPECT_EQ(one.max_requests, 0U);
  EXPECT_FALSE(one.targets.at(0).tls);
}

TEST(ReadUpstreams, SaysWhatIsWrong) {
  const std::string target = " for targets, expected http://HOST:PORT or https://HOST:PORT without a path";
  const test::Mistake mistakes[] = {
      {"no targets",
       "upstreams: {a: {}}\n",
       {"1:16: error: found no key \"targets\" in a, expected http://HOST:PORT, {url, weight}, or a list of them"}},
      {"an empty list of targets",
       "upstreams: {a: {targets: []}}\n",
       {"1:26: error: found an empty list for targets, expected http://HOST:PORT, {url, weight}, or a list of them"}},
      {"no scheme", "upstreams: {a: {targets: \"127.0.0.1:80\"}}\n", {"1:26: error: found \"127.0.0.1:80\"" + target}},
      {"a path", "upstreams: {a: {targets: http://h/x}}\n", {"1:26: error: found \"http://h/x\"" + target}},
      {"a password, which is not shown",
       "upstreams: {a: {targets: \"http://u:hunter2@h\"}}\n",
       {"1:26: error: found \"http://***@h\"" + target}},
      {"another scheme", "upstreams: {a: {targets: ftp://h}}\n", {"1:26: error: found \"ftp://h\"" + target}},
      {"a queue for nothing",
       "upstreams: {a: {targets: http://h, queue: {length: 1}}}\n",
       {"1:43: error: queue is for max_requests; remove it, or set that"}},
      {"tls for clear text",
       "upstreams: {a: {targets: http://h, tls: {ca: a.pem}}}\n",
       {"1:41: error: tls is for https:// targets; remove it"}},
      {"a certificate without its key",
       "upstreams: {a: {targets: https://h, tls: {certificate: a.pem}}}\n",
       {"1:42: error: found one of certificate and private_key, expected both or neither"}},
      {"a server name with a port",
       "upstreams: {a: {targets: https://h, tls: {server_name: \"h:443\"}}}\n",
       {"1:56: error: found \"h:443\" for server_name, expected a host name such as legacy.internal"}},
      {"no verification, which is a warning, and an authority beside it, which is a mistake",
       "upstreams: {a: {targets: https://h, tls: {verify: false, ca: a.pem}}}\n",
       {"1:42: error: found ca beside verify: false, expected one of them",
        "1:51: warning: verify: false takes any certificate: whoever stands between can read and change everything; "
        "name the authority in ca"}},
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
      {"a weight of nothing",
       "upstreams: {a: {targets: {url: http://h, weight: 0}}}\n",
       {"1:50: error: found \"0\" for weight, expected a number from 1 to 1000"}},
      {"a target without its url",
       "upstreams: {a: {targets: {weight: 2}}}\n",
       {"1:26: error: found no key \"url\" in targets, expected http://HOST:PORT or https://HOST:PORT without a path"}},
      {"a hash of nothing that is known",
       "upstreams: {a: {targets: http://h, balance: hash, hash_on: cookie}}\n",
       {"1:60: error: found \"cookie\" for hash_on, expected user, client_ip or header NAME"}},
      {"a hash on what is no header",
       "upstreams: {a: {targets: http://h, balance: hash, hash_on: \"header X Y\"}}\n",
       {"1:60: error: found \"header X Y\" for hash_on, expected user, client_ip or header NAME"}},
      {"a hash that is not asked for",
       "upstreams: {a: {targets: http://h, hash_on: user}}\n",
       {"1:45: error: hash_on is for balance: hash; remove it, or set that"}},
      {"health checks of no path",
       "upstreams: {a: {targets: http://h, health: {interval: 2s}}}\n",
       {"1:44: error: found no key \"path\" in health, expected a path such as /healthz"}},
      {"health checks of what is no path",
       "upstreams: {a: {targets: http://h, health: {path: \"/a b\"}}}\n",
       {"1:51: error: found \"/a b\" for path, expected a path such as /healthz"}},
      {"health checks without a pause",
       "upstreams: {a: {targets: http://h, health: {path: /, interval: 0s, unhealthy_after: 0}}}\n",
       {"1:64: error: found \"0s\" for interval, expected a duration from 100ms to 1h, such as 250ms, 30s, 15m, 12h or "
        "14d",
        "1:85: error: found \"0\" for unhealthy_after, expected a number from 1 to 100"}},
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
