#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/certificates.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

constexpr const char* routes =
    "  - {name: public, match: {path: /public/**}, access: public, upstream: echo}\n"
    "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
    "  - {name: office, match: {path: /office/**, methods: [GET]}, access: {roles: [admin]}, upstream: echo}\n";

/// Two workers: a decision is found whichever has it.
class PolicyTools : public SharedSiteTest<PolicyTools> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("workers", "2");
    config.routes(routes);
    config.with_tls({make_certificate("gateway.test")});
  }

 protected:
  static CommandResult run(std::vector<std::string> arguments) { return site().gateway.run(std::move(arguments)); }
};

TEST_F(PolicyTools, TellAnOperatorWhyARequestWasRefused) {
  const Response refused = get_as("alice", "/office/x?secret=1");
  ASSERT_EQ(refused.status, 403);
  const std::string id = refused.field("X-Request-Id");
  EXPECT_EQ(refused.content.find("office"), std::string::npos) << "the client is not told";

  const CommandResult explained = run({"explain", "--id", id});
  EXPECT_EQ(explained.exit_code, 0) << explained.errors;
  for (const char* part :
       {"status      403\n", "user        alice\n", "route       office\n", "step        authorize\n",
        "reason      roles\n", "path        /office/x\n", "routes.yaml:4:"}) {
    EXPECT_NE(explained.output.find(part), std::string::npos) << part << "\n" << explained.output;
  }
  EXPECT_EQ(explained.output.find("secret"), std::string::npos);
  const auto json = boost::json::parse(run({"explain", "--format", "json", "--id", id}).output).as_object();
  EXPECT_EQ(json.at("request_id").as_string(), id);
  EXPECT_EQ(site().gateway.admin("GET", "/v1/decisions/" + id).status, 200);
  EXPECT_TRUE(site().gateway.wait_for_log("refused 403 authorize:roles route office by "));
}

TEST_F(PolicyTools, KnowEveryKindOfRefusal) {
  struct Case {
    std::string request;
    const char* step;
    const char* reason;
  };
  const Case cases[] = {
      {request("GET", "/nowhere"), "match_route", "no_route"},
      {request("POST", "/office/x"), "match_route", "method"},
      {request("GET", "/api/x"), "authenticate", "no_token"},
      {request("GET", "/api/x", bearer("x")), "authenticate", "malformed"},
      {request("GET", "/api/x", bearer(site().token("bob"))), "authenticate", "user_disabled"},
      {request("GET", "/api/../../x"), "read", nullptr},
      {request("POST", "/token", "", "grant_type=password"), "endpoint", "token"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.request.substr(0, c.request.find('\r')));
    const Response refused = send(c.request);
    const Response decision = site().gateway.admin("GET", "/v1/decisions/" + refused.field("X-Request-Id"));
    ASSERT_EQ(decision.status, 200) << refused.head;
    const auto json = boost::json::parse(decision.content).as_object();
    EXPECT_EQ(json.at("step"), c.step);
    if (c.reason != nullptr) {
      EXPECT_EQ(json.at("reason"), c.reason);
    }
    EXPECT_EQ(json.at("status"), refused.status);
  }
}

TEST_F(PolicyTools, KnowNothingOfWhatWasLetThrough) {
  ASSERT_EQ(get_as("alice", "/api/x").status, 200);
  const std::string id = upstream().requests().back().field("X-Request-Id");
  const CommandResult explained = run({"explain", "--id", id});
  EXPECT_EQ(explained.exit_code, 1);
  EXPECT_EQ(explained.output, "");
  EXPECT_NE(explained.errors.find("no refusal of late had the id " + id), std::string::npos);
}

TEST_F(PolicyTools, ExplainWhatTheGatewayWouldDoAndItDoes) {
  struct Case {
    const char* sentence;
    std::vector<std::string> who;
    const char* target;
    const char* says;
  };
  const std::string alice = site().token("alice");
  const Case cases[] = {
      {"a token of the gateway's own", {"--token", alice}, "/api/x", "X-Forwarded-Email: alice@example.test"},
      {"the roles are the store's", {"--token", alice}, "/office/x", "roles wants admin, saw staff, sales"},
      {"a token that was changed", {"--token", alice + "x"}, "/api/x", "authenticate  refused: "},
      {"a user who is disabled", {"--token", site().token("bob")}, "/api/x", "authenticate  refused: user_disabled"},
      {"a user of the store", {"--user", "root"}, "/office/x", "authenticate  user root, roles admin"},
      {"a disabled one", {"--user", "bob"}, "/api/x", "authenticate  refused: user_disabled"},
      {"one who is not there", {"--user", "eve"}, "/api/x", "authenticate  refused: unknown_user"},
      {"a user with a scope", {"--user", "alice", "--as", R"({"scope":"s"})"}, "/api/x", "X-Auth-Scopes: s"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    std::vector<std::string> arguments{"explain", "GET", std::string("https://gateway.test") + c.target};
    arguments.insert(arguments.end(), c.who.begin(), c.who.end());
    const CommandResult explained = run(arguments);
    EXPECT_NE(explained.output.find(c.says), std::string::npos) << explained.output << explained.errors;
    EXPECT_EQ(explained.output.find(alice), std::string::npos) << "no token is printed";
    EXPECT_EQ(explained.exit_code, explained.output.find("\nforward ") != std::string::npos ? 0 : 1);
  }
  EXPECT_TRUE(upstream().requests().empty()) << "nothing is sent";
}

TEST_F(PolicyTools, SayWhyTheyCannotExplain) {
  const std::vector<std::vector<std::string>> wrong = {
      {"explain"},
      {"explain", "GET"},
      {"explain", "G ET", "/x"},
      {"explain", "GET", "x"},
      {"explain", "GET", "/x", "--as", "alice"},
      {"explain", "GET", "/x", "--as", "{}"},
      {"explain", "GET", "/x", "--client-ip", "nowhere"},
      {"explain", "GET", "/x", "-H", "X-A"},
      {"explain", "GET", "/x", "--time", "today"},
      {"explain", "GET", "/x", "--token", "t", "--as", R"({"sub":"a"})"},
  };
  for (const auto& arguments : wrong) {
    const CommandResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << ::testing::PrintToString(arguments);
    EXPECT_FALSE(result.errors.empty());
    EXPECT_EQ(result.output, "");
  }
}

TEST_F(PolicyTools, FindNothingThatGetsThroughARunningGateway) {
  const CommandResult result = run({"selftest"});
  EXPECT_EQ(result.exit_code, 0) << result.output << result.errors;
  EXPECT_NE(result.output.find(" passed, 0 failed\n"), std::string::npos) << result.output;
  EXPECT_TRUE(upstream().requests().empty());
  const auto json = boost::json::parse(run({"selftest", "--format", "json", "--routes", "1"}).output).as_object();
  EXPECT_GT(json.at("passed").as_int64(), 100);
  EXPECT_EQ(json.at("routes_not_tried"), 1);
}

TEST_F(PolicyTools, ReplayTheGatewaysOwnLog) {
  const int statuses[] = {get_as("alice", "/api/replayed").status, get_as("root", "/office/replayed").status,
                          get_as("alice", "/office/replayed").status, send(request("GET", "/public/replayed")).status,
                          send(request("GET", "/api/replayed")).status};
  EXPECT_EQ(statuses[2], 403);
  const auto logged = [&] {  // each worker hands its lines over by itself
    const std::string output = site().gateway.output();
    std::size_t lines = 0;
    for (std::size_t at = output.find("/replayed"); at != std::string::npos; at = output.find("/replayed", at + 1))
      ++lines;
    return lines == 5;
  };
  ASSERT_TRUE(eventually(logged));
  GatewayProcess candidate(site().gateway.config());
  const std::string log = (candidate.folder() / "access.log").string();
  candidate.config().file("access.log", site().gateway.output());
  candidate.write_files();
  const CommandResult same = candidate.run({"replay", log});
  EXPECT_EQ(same.exit_code, 0) << same.output << same.errors;
  EXPECT_NE(same.output.find("0 widened, 0 narrowed, 0 other changes"), std::string::npos) << same.output;

  std::string wider = routes;
  wider.replace(wider.find("roles: [admin]"), 14, "roles: [sales]");
  candidate.config().routes(wider);
  candidate.write_files();
  const CommandResult changed = candidate.run({"replay", log});
  EXPECT_EQ(changed.exit_code, 1);
  EXPECT_NE(changed.output.find("403 -> allow, route office -> office\n  GET gateway.test/office/"), std::string::npos)
      << changed.output;
  EXPECT_NE(changed.output.find("allow -> 403, route office -> office\n"), std::string::npos);
  EXPECT_EQ(candidate.run({"replay", "/nonexistent.log"}).exit_code, 2);
  EXPECT_EQ(candidate.run({"replay", candidate.config_file()}).exit_code, 2) << "no access log";
}

TEST_F(PolicyTools, ShowWhatAChangeDoesToAccess) {
  GatewayProcess candidate(site().gateway.config());
  std::string wider = routes;
  wider.replace(wider.find("roles: [admin]"), 14, "roles: [admin, sales]");
  candidate.config().routes(wider + "  - {name: fresh, match: {path: /fresh}, upstream: echo}\n");
  candidate.write_files();
  const std::string before = site().gateway.config_file();
  const CommandResult changed = run({"diff", before, candidate.folder().string()});
  EXPECT_EQ(changed.exit_code, 1) << changed.errors;
  EXPECT_NE(changed.output.find("added route fresh ("), std::string::npos) << changed.output;
  EXPECT_NE(changed.output.find("widened: GET /office /office/ /office/other\n  hosts:   *\n  callers: role sales\n  "
                                "answer:  403 -> allow\n"),
            std::string::npos)
      << changed.output;
  EXPECT_NE(changed.output.find("; 1 routes added, 0 removed\n"), std::string::npos);
  EXPECT_EQ(run({"diff", before, before}).exit_code, 0);
  EXPECT_EQ(run({"diff", before, "/nonexistent.yaml"}).exit_code, 2);
  const auto json =
      boost::json::parse(run({"diff", before, candidate.config_file(), "--format", "json"}).output).as_object();
  EXPECT_EQ(json.at("changes").at(0).at("kind"), "widened");
}

TEST(PolicyTests, AreRunBeforeAConfigurationServes) {
  const std::string good = std::string(routes) + "tests:\n  - {request: GET /api/x, expect: 401}\n";
  const std::string bad = std::string(routes) + "tests:\n  - {request: GET /api/x, expect: allow}\n";
  Site site([&](GatewayConfig& config) { config.routes(good); });
  site.gateway.config().routes(bad);
  site.gateway.write_files();
  const Response refused = site.gateway.reload();
  EXPECT_EQ(refused.status, 422);
  EXPECT_NE(refused.content.find("test GET /api/x: expected allow, came 401"), std::string::npos) << refused.content;
  EXPECT_EQ(site.get_as("alice", "/api/x").status, 200) << "the running one stays";
  EXPECT_EQ(site.gateway.stop(), 0);
  site.gateway.launch();
  EXPECT_EQ(site.gateway.wait_for_exit(), 2) << "nor does one start";
  EXPECT_NE(site.gateway.errors().find("expected allow, came 401"), std::string::npos);
}

TEST(Selftest, TellsWhatGotThrough) {
  RecordingUpstream leaky;  // lets everybody in, and thinks of nothing
  GatewayConfig config(leaky.port());
  config.set("listeners", "[{name: leaky, address: \"127.0.0.1:" + std::to_string(leaky.port()) + "\"}]");
  const GatewayProcess process(config);
  const CommandResult result = process.run({"selftest"});
  EXPECT_EQ(result.exit_code, 1) << result.errors;
  EXPECT_NE(result.output.find("api on leaky: no token: GET /api: expected a refusal, came 200\n"), std::string::npos)
      << result.output;
  EXPECT_NE(result.output.find("routes.yaml:3 api on leaky: token: alg none"), std::string::npos);
}

TEST(Selftest, CannotTestAGatewayThatIsNotThere) {
  const GatewayProcess process((GatewayConfig(1)));
  const CommandResult result = process.run({"selftest"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.errors.find("cannot connect to 127.0.0.1:"), std::string::npos) << result.errors;
  EXPECT_EQ(process.run({"explain", "--id", "x"}).exit_code, 2);
}

}  // namespace
}  // namespace bearward::testing
