#include "config/load.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;

constexpr const char* good_gateway = R"(# every key that this version knows
listeners:
  - name: edge
    address: 127.0.0.1:18443
    tls:
      certificates:
        - {certificate: edge.pem, private_key: edge.pem}
      min_version: "1.2"
    proxy_protocol: false
  - name: plain
    address: 127.0.0.1:18080
admin:
  address: 127.0.0.1:19901
workers: auto
pid_file: run/gateway.pid
trusted_proxies: [127.0.0.1/32, "2001:db8::/32"]
tokens:
  issuer: https://gateway.test
  audience: legacy-apis
  access_ttl: 30m
  leeway: 30s
  signing_keys:
    - {kid: k1, algorithm: HS256, secret: "${SECRET}"}
endpoints:
  token: [/token, /api/v1/auth/login]
compatibility: fastapi
clients:
  public_clients: true
users:
  store: sqlite:users.db
  cache:
    redis: redis://127.0.0.1:16379/0
    ttl: 60s
    local_ttl: 5s
  password_hash: argon2id
identity:
  headers:
    X-Forwarded-User: "{user.username}"
  forward_authorization: false
upstreams:
  echo:
    targets:
      - http://127.0.0.1:19001
    balance: round_robin
    connect_timeout: 1s
    response_timeout: 30s
    idle_connections: 256
    retries: 1
limits:
  request_header: 16KiB
  request_body: 10MiB
  header_timeout: 10s
  idle_timeout: 60s
  drain_timeout: 30s
  connections: 20000
policies: [policies/*.yaml]
log: {access: stdout, format: json, level: info}
)";

constexpr const char* good_policy = R"(routes:
  - name: reports
    match: {host: api.test, path: "/api/reports/{id}", methods: [GET]}
    access:
      all:
        - any:
            - claims: {sub: "{id}", level: 3, tags: [a, true]}
            - roles: [admin]
        - client_ip: [127.0.0.0/8]
        - not: {users: [mallory]}
    upstream: echo
    rewrite: {strip_prefix: /api}
    request_headers: {set: {X-Office: back}, remove: [X-Debug]}
    response_headers: {remove: [Server]}
    identity: {preset: remote}
)";

test::World good_world() {
  test::World world = test::small_world();
  world.files["/etc/bearward/gateway.yaml"] = good_gateway;
  world.files["/etc/bearward/policies/b.yaml"] = good_policy;
  world.files["/etc/bearward/policies/a.yaml"] = "routes:\n  - {name: first, match: {path: /}, upstream: echo}\n";
  return world;
}

TEST(Load, ReadsAWholeConfiguration) {
  test::World world = good_world();
  const auto loaded = test::load(world);
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const Config& config = loaded.config;
  EXPECT_EQ(config.file, "/etc/bearward/gateway.yaml");
  EXPECT_EQ(config.listeners.size(), 2U);
  EXPECT_EQ(config.admin->port, 19901);
  EXPECT_EQ(config.workers, 0U);
  EXPECT_EQ(config.trusted_proxies.size(), 2U);
  EXPECT_TRUE(config.pid_file.ends_with("/run/gateway.pid")) << config.pid_file;
  EXPECT_EQ(config.compatibility, Compatibility::fastapi);
  EXPECT_EQ(config.endpoints.paths_of(Endpoint::token).size(), 2U);
  EXPECT_EQ(config.upstreams.at(0).name, "echo");
  ASSERT_EQ(config.routes.size(), 2U);
  EXPECT_EQ(config.routes[0].name, "first");
  EXPECT_EQ(config.routes[0].place.file, "/etc/bearward/policies/a.yaml");
  EXPECT_EQ(config.routes[1].name, "reports");
}

TEST(Load, ReadsPolicyFilesInTheOrderOfPatternsAndNamesAndEachOnce) {
  test::World world = good_world();
  world.files["/etc/bearward/gateway.yaml"].replace(
      world.files["/etc/bearward/gateway.yaml"].find("[policies/*.yaml]"), 17,
      "[./policies/b.yaml, none.yaml, policies/*.yaml, policies/../policies/a.yaml]");
  const auto loaded = test::load(world);
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(world.read, (std::vector<std::string>{"/etc/bearward/gateway.yaml", "/etc/bearward/policies/b.yaml",
                                                  "/etc/bearward/none.yaml", "/etc/bearward/policies/a.yaml"}));
}

TEST(Load, NamesFilesAsTheOperatorDid) {
  test::World world;
  world.files["conf/gateway.yaml"] = "listeners: [{name: a, address: 127.0.0.1:80}]\npolicies: [p/*.yaml]\n";
  world.files["conf/p/x.yaml"] = "routs: []\n";
  const auto loaded = test::load(world, "conf/gateway.yaml");
  ASSERT_EQ(loaded.findings.size(), 1U);
  EXPECT_TRUE(loaded.findings[0].starts_with("conf/p/x.yaml:1:1: error: found the unknown key \"routs\""))
      << loaded.findings[0];
  EXPECT_TRUE(loaded.config.file.starts_with('/'));
  EXPECT_TRUE(loaded.config.file.ends_with("/conf/gateway.yaml"));
}

TEST(Load, ReportsTheMistakesOfAllFilesInOnePass) {
  test::World world = good_world();
  std::string& gateway = world.files["/etc/bearward/gateway.yaml"];
  gateway.replace(gateway.find("20000"), 5, "many");
  gateway.replace(gateway.find("workers: auto"), 13, "workers: -1");
  world.files["/etc/bearward/policies/a.yaml"] = "routes:\n  - {name: first, match: {path: /}, upstrem: echo}\n";
  world.files["/etc/bearward/policies/b.yaml"] = "routes: [\n";
  world.files["/etc/bearward/policies/c.yaml"] = "- a\n";
  EXPECT_EQ(
      test::without_lists_of_keys(test::load(world).findings),
      (std::vector<std::string>{
          "14:10: error: found \"-1\" for workers, expected a number from 1 to 1024",
          "55:16: error: found \"many\" for connections, expected a number from 1 to 10000000",
          "/etc/bearward/policies/a.yaml:2:37: error: found the unknown key \"upstrem\" in routes; did you mean "
          "\"upstream\"?",
          "/etc/bearward/policies/b.yaml:2:1: error: found no \"]\" that ends this list",
          "/etc/bearward/policies/c.yaml:1:1: error: found a list for a policy file, expected a map with keys such as "
          "\"routes\""}));
}

TEST(Load, SaysWhatIsWrongWithFiles) {
  const std::string listener = "listeners: [{name: a, address: 127.0.0.1:80}]\n";
  struct Case {
    const char* sentence;
    std::string gateway;
    std::vector<std::string> findings;
  };
  const Case cases[] = {
      {"an empty file",
       "",
       {"1:1: error: found nothing for the configuration, expected a map with keys such as \"listeners\""}},
      {"comments only",
       "# listeners:\n",
       {"1:1: error: found nothing for the configuration, expected a map with keys such as \"listeners\""}},
      {"a list",
       "[a]\n",
       {"1:1: error: found a list for the configuration, expected a map with keys such as \"listeners\""}},
      {"a text",
       "gateway\n",
       {"1:1: error: found \"gateway\" for the configuration, expected a map with keys such as \"listeners\""}},
      {"no policies",
       listener,
       {"1:1: warning: no policies are named: every request gets 404; add policies: [policies/*.yaml]"}},
      {"a policy file that is not there",
       listener + "policies: nope.yaml\n",
       {"2:11: error: cannot read \"/etc/bearward/nope.yaml\": No such file or directory"}},
      {"a pattern that nothing matches",
       listener + "policies: [nope/*.yaml]\n",
       {"2:12: warning: no file matches \"/etc/bearward/nope/*.yaml\": it brings no route; add one, or remove the "
        "pattern"}},
      {"an empty list of policies",
       listener + "policies: []\n",
       {"2:11: error: found an empty list for policies, expected a path such as policies/*.yaml, or a list of them"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    test::World world;
    world.files["/etc/bearward/gateway.yaml"] = c.gateway;
    EXPECT_EQ(test::load(world).findings, c.findings);
  }
  test::World nothing;
  EXPECT_EQ(test::load(nothing).findings,
            std::vector<std::string>{"1:1: error: cannot read the file: No such file or directory"});
}

TEST(Load, BoundsTheNumberAndSizeOfPolicyFiles) {
  test::World world = good_world();
  for (int i = 0; i < 1'100; ++i) world.files["/etc/bearward/policies/" + std::to_string(i) + ".yaml"] = "routes: []\n";
  const auto many = test::load(world);
  ASSERT_EQ(many.findings.size(), 1U);
  EXPECT_EQ(many.findings[0], "56:12: error: found more than 1000 policy files, expected fewer; join them");

  test::World large = good_world();
  const std::string filler(8 * 1024 * 1024 - 20, '\x01');  // refused at its first byte
  for (int i = 0; i < 9; ++i) large.files["/etc/bearward/policies/z" + std::to_string(i) + ".yaml"] = filler;
  const auto big = test::load(large);
  ASSERT_FALSE(big.findings.empty());
  EXPECT_EQ(big.findings.back(),
            "/etc/bearward/policies/z8.yaml:1:1: error: found policy files of over 64 MiB together, expected less; "
            "this one was "
            "not read");
}

TEST(Load, ReadsTenThousandRoutes) {
  test::World world = good_world();
  std::string& routes = world.files["/etc/bearward/policies/a.yaml"];
  routes = "routes:\n";
  for (int i = 0; i < 10'000; ++i) {
    const std::string n = std::to_string(i);
    routes += "  - name: route-" + n + "\n    match: {path: \"/api/" + n + "/{id}/**\", methods: [GET, POST]}\n";
    routes += "    access: {any: [{scopes: [s" + n + "]}, {roles: [admin]}]}\n    upstream: echo\n";
  }
  const auto loaded = test::load(world);
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(loaded.config.routes.size(), 10'001U);
}

/// Changes a good text as typing, cutting, pasting and a bad disk do.
class Mutator {
 public:
  explicit Mutator(std::uint32_t seed) : random_{seed} {}

  std::string operator()(std::string text) {
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) edit(text);
    return text;
  }

 private:
  void edit(std::string& text) {
    static constexpr const char* pieces[] = {"\t", "\n",   ": ",    "- ", "[",        "]",        "{",   "}",  "&a ",
                                             "*a", "<<: ", "!!x ",  "? ", "|",        ">",        "---", "\"", "'",
                                             "#",  "${",   "${A}}", "\0", "\xff\xfe", "\xc3\xbc", "1e9", "~"};
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min(below(12), text.size() - at);
    switch (below(5)) {
      case 0:
        text.insert(at, pieces[below(std::size(pieces))]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size() + 1), text.substr(at, below(80)));
        break;
      case 3:
        text.insert(at, 1, static_cast<char>(below(256)));
        break;
      default:
        if (below(8) == 0)
          text.resize(at);
        else
          text.replace(at, length, length, static_cast<char>(below(256)));
    }
  }

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::mt19937 random_;
};

TEST(Load, SurvivesFiveThousandBrokenFilesAndShowsNoSecret) {
  Mutator mutate{20'261'121};
  const auto end = std::chrono::steady_clock::now() + 20s;  // under sanitizers it is slower
  std::size_t refused = 0;
  std::size_t tried = 0;
  for (; tried < 5'000 && std::chrono::steady_clock::now() < end; ++tried) {
    test::World world = good_world();
    world.environment["SECRET"] = "hunter2-hunter2-hunter2-hunter2-hunter2";
    const char* const file = tried % 2 == 0 ? "/etc/bearward/gateway.yaml" : "/etc/bearward/policies/b.yaml";
    world.files[file] = mutate(world.files[file]);
    Diagnostics diagnostics;
    const Sources sources = world.sources();
    ASSERT_NO_THROW(config::load("/etc/bearward/gateway.yaml", sources, diagnostics)) << world.files[file];
    refused += diagnostics.has_errors() ? 1 : 0;
    for (const Finding& finding : diagnostics.sorted()) {
      EXPECT_GE(finding.place.line, 1);
      EXPECT_GE(finding.place.column, 1);
      EXPECT_EQ(finding.message.find("hunter2"), std::string::npos) << finding.message;
      EXPECT_EQ(finding.message.find('\n'), std::string::npos) << finding.message;
    }
  }
  // Most edits break something; some fall into a comment or a text.
  EXPECT_GT(refused, tried / 2);
  EXPECT_LT(refused, tried);
}

}  // namespace
}  // namespace bearward::config
