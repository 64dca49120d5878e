#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "support/redis_server.h"
#include "support/site.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

std::string get_with(std::string_view token) { return request("GET", "/api/x", bearer(token)); }

std::string line_of(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

class TokenCommands : public SharedSiteTest<TokenCommands> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("workers", "4").set("users", "{store: \"sqlite:users.db\", cache: {local_ttl: 60s, ttl: 60s}}");
  }

 protected:
  static CommandResult token(std::vector<std::string> arguments, std::string_view input = "") {
    arguments.insert(arguments.begin(), "token");
    return site().gateway.run(std::move(arguments), input);
  }
  static std::string issue(std::vector<std::string> further = {}) {
    std::vector<std::string> arguments{"issue", "--user", "alice"};
    arguments.insert(arguments.end(), further.begin(), further.end());
    const CommandResult issued = token(std::move(arguments));
    EXPECT_EQ(issued.exit_code, 0) << issued.errors;
    return line_of(issued.output);
  }
  static int status_of(std::string_view bearer_token) { return send(get_with(bearer_token)).status; }
  /// On connections enough for every worker to have some.
  static bool refused_everywhere(std::string_view bearer_token) {
    return eventually([&] {
      for (int i = 0; i < 12; ++i)
        if (status_of(bearer_token) != 401) return false;
      return true;
    });
  }
  std::string write(const std::string& name, const std::string& content) {
    const std::string path = (site().gateway.folder() / name).string();
    std::ofstream{path} << content;
    return path;
  }
};

TEST_F(TokenCommands, IssueWhatTheGatewayTakes) {
  const std::string issued = issue({"--scope", "orders:read,profile", "--client-id", "spa", "--ttl", "90s"});
  EXPECT_EQ(status_of(issued), 200);
  EXPECT_EQ(upstream().last().field("X-Auth-Scopes"), "orders:read profile");
  const CommandResult inspected = token({"inspect", issued, "--format", "json"});
  ASSERT_EQ(inspected.exit_code, 0) << inspected.errors;
  const json::value verdict = json::parse(inspected.output);
  EXPECT_EQ(verdict.at("verdict"), "good");
  EXPECT_EQ(verdict.at("claims").at("client_id"), "spa");
  EXPECT_EQ(verdict.at("claims").at("exp").as_int64() - verdict.at("claims").at("iat").as_int64(), 90);
  const json::value answer = json::parse(token({"issue", "--user", "alice", "--format", "json"}).output);
  EXPECT_EQ(answer.at("expires_in"), 1800);
  EXPECT_EQ(status_of(std::string(answer.at("access_token").as_string())), 200);
  const CommandResult doubtful = token({"issue", "--user", "nobody"});
  EXPECT_EQ(doubtful.exit_code, 0);
  EXPECT_NE(doubtful.errors.find("no user \"nobody\""), std::string::npos);
  for (const char* ttl : {"90", "0s", "-5m", "1x"})
    EXPECT_EQ(token({"issue", "--user", "alice", "--ttl", ttl}).exit_code, 2) << ttl;
  EXPECT_EQ(token({"issue"}).exit_code, 2);
}

TEST_F(TokenCommands, InspectSaysWhatTheGatewaySays) {
  json::object expired = TokenFactory::claims("alice");
  expired["exp"] = TokenFactory::now() - 3600;
  struct Case {
    const char* name;
    std::string token;
    int exit_code;
    const char* said;
  };
  const Case cases[] = {{"a good one", site().token("alice"), 0, "good\n"},
                        {"expired", site().tokens.token(expired), 1, "refused: expired\n"},
                        {"nobody's", site().token("nobody"), 1, "refused: unknown_user\n"},
                        {"a disabled user's", site().token("bob"), 1, "refused: inactive_user\n"},
                        {"changed", site().token("alice") + "A", 1, "refused: bad_signature\n"},
                        {"none at all", "foo", 1, "refused: malformed\n"},
                        {"what no field can hold", "a b", 1, "refused: malformed_credentials\n"},
                        {"empty", "", 1, "refused: malformed_credentials\n"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    for (const bool by_stdin : {false, true}) {
      const CommandResult result = by_stdin ? token({"inspect", "-"}, c.token + "\n") : token({"inspect", c.token});
      EXPECT_EQ(result.exit_code, c.exit_code) << result.errors;
      EXPECT_EQ(result.output.substr(0, std::string_view(c.said).size()), c.said) << result.output;
    }
  }
  EXPECT_EQ(token({"inspect"}, site().token("alice")).exit_code, 0) << "standard input";
}

TEST_F(TokenCommands, InspectRawJudgesTheSignatureAlone) {
  const std::string key = "0123456789abcdef0123456789abcdef";
  const TokenFactory factory(TestKey::hmac(key), "HS256", "");
  const std::string good = factory.token_of(R"({"alg":"HS256"})", "anything at all");
  const std::string jwk = R"({"kty":"oct","alg":"HS256","k":")" + base64url(key) + R"("})";
  const std::string set = write("set.json", R"({"keys":[)" + jwk + "]}");
  const std::string one = write("one.json", jwk);
  for (const std::string& file : {set, one}) {
    EXPECT_EQ(token({"inspect", "--jwks", file, "--raw", good}).output, "good\n");
    EXPECT_EQ(token({"inspect", "--jwks", file, "--raw", good}).exit_code, 0);
    EXPECT_EQ(token({"inspect", "--jwks", file, "--raw"}, good).exit_code, 0) << "standard input";
    const CommandResult refused = token({"inspect", "--jwks", file, "--raw", good + "A", "--format", "json"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_EQ(json::parse(refused.output).at("verdict"), "refused");
    EXPECT_EQ(token({"inspect", "--jwks", file, "--raw", factory.token_of(R"({"alg":"none"})", "x")}).exit_code, 1);
  }
  EXPECT_EQ(token({"inspect", "--jwks", set, good}).exit_code, 2) << "--jwks alone";
  EXPECT_EQ(token({"inspect", "--raw", good}).exit_code, 2) << "--raw alone";
  EXPECT_EQ(token({"inspect", "--raw", "--jwks", write("no.json", "foo"), good}).exit_code, 2);
  EXPECT_EQ(token({"inspect", "--raw", "--jwks", "/nowhere/x", good}).exit_code, 2);
}

TEST_F(TokenCommands, RevokeOneTokenOnEveryWorker) {
  const std::string first = issue(), other = issue();
  for (int i = 0; i < 12; ++i) ASSERT_EQ(status_of(first) + status_of(other), 400);
  const CommandResult revoked = token({"revoke", "-", "--format", "json"}, first);
  ASSERT_EQ(revoked.exit_code, 0) << revoked.errors;
  EXPECT_EQ(json::parse(revoked.output).at("subject"), "alice");
  EXPECT_TRUE(refused_everywhere(first));
  EXPECT_EQ(status_of(other), 200);
  EXPECT_EQ(token({"inspect", first}).output.substr(0, 17), "refused: revoked\n");
  EXPECT_EQ(token({"revoke", "foo"}).exit_code, 1);
  EXPECT_EQ(token({"revoke", other + "A"}).exit_code, 1);
  EXPECT_EQ(token({"revoke", other, "--user", "alice"}).exit_code, 2) << "one or the other";
  EXPECT_EQ(status_of(other), 200);
}

TEST_F(TokenCommands, RevokeAllOfAUserAndLetTheNextLoginOfTheSameSecondIn) {
  for (int round = 0; round < 3; ++round) {
    const std::string before = issue();
    ASSERT_EQ(status_of(before), 200);
    const CommandResult revoked = token({"revoke", "--user", "alice"});
    ASSERT_EQ(revoked.exit_code, 0) << revoked.errors;
    const std::string after = issue();
    EXPECT_TRUE(refused_everywhere(before));
    EXPECT_TRUE(eventually([&] { return status_of(after) == 200; }));
  }
  EXPECT_EQ(token({"revoke", "--user", "nobody"}).exit_code, 1);
  EXPECT_EQ(token({"revoke", "--client", "reporting"}).exit_code, 0);
  EXPECT_EQ(status_of(site().token("root")), 200);
}

TEST(TokenRevocationInACluster, IsEffectiveInTheOtherProcess) {
  RedisServer redis;
  const auto share = [&redis](GatewayConfig& config, const std::string& store) {
    config.set("users",
               "{store: \"" + store + "\", cache: {redis: \"" + redis.url() + "\", ttl: 60s, local_ttl: 60s}}");
  };
  Site site([&](GatewayConfig& config) { share(config, "sqlite:users.db"); });
  GatewayConfig other(site.upstream.port());
  share(other, "sqlite:" + (site.gateway.folder() / "users.db").string());
  GatewayProcess second(other);
  second.start();
  const auto up = [](const GatewayProcess& gateway) {
    return gateway.admin("GET", "/readyz").content.find("\"up\"") != std::string::npos;
  };
  ASSERT_TRUE(eventually([&] { return up(site.gateway) && up(second); }));
  const std::string token = line_of(site.gateway.run({"token", "issue", "--user", "alice"}).output);
  ASSERT_EQ(exchange(second.port(), get_with(token)).status, 200);
  ASSERT_EQ(site.gateway.run({"token", "revoke", token}).exit_code, 0);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(eventually([&] { return exchange(second.port(), get_with(token)).status == 401; }));
  const auto time = std::chrono::steady_clock::now() - begin;
  std::cout << "[ measured ] token revoke, the other process: refused "
            << std::chrono::duration_cast<std::chrono::microseconds>(time).count() << " us later\n";
  EXPECT_EQ(exchange(second.port(), get_with(site.token("alice"))).status, 200);
  EXPECT_EQ(second.stop(), 0);
  EXPECT_EQ(site.gateway.stop(), 0);
}

TEST(KeyCommands, MakeKeysThatTheGatewaySignsWith) {
  GatewayConfig config(1);
  GatewayProcess gateway(config);
  gateway.write_files();
  const auto key = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "key");
    return gateway.run(std::move(arguments));
  };
  std::string lines;
  for (const char* algorithm : {"HS512", "RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}) {
    SCOPED_TRACE(algorithm);
    const std::string file = (gateway.folder() / (std::string("new-") + algorithm)).string();
    const CommandResult made = key({"generate", "--algorithm", algorithm, "--kid", algorithm, "--out", file});
    ASSERT_EQ(made.exit_code, 0) << made.errors;
    EXPECT_EQ(made.output.find("PRIVATE"), std::string::npos);
    struct stat found{};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    const CommandResult again = key({"generate", "--algorithm", algorithm, "--kid", algorithm, "--out", file});
    EXPECT_EQ(again.exit_code, 1) << "never over a key";
    lines += "    " + made.output;
  }
  gateway.config().set("tokens",
                       "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  signing_keys:\n" + lines);
  gateway.write_files();
  const CommandResult listed = key({"list", "--format", "json"});
  ASSERT_EQ(listed.exit_code, 0) << listed.errors << lines;
  const json::array keys = json::parse(listed.output).as_array();
  ASSERT_EQ(keys.size(), 7U);
  EXPECT_EQ(keys[0].at("use"), "signs");
  EXPECT_EQ(keys[1],
            json::parse(R"({"kid":"RS256","algorithm":"RS256","strength":"RSA, 3072 bits","use":"verifies"})"));
  EXPECT_EQ(keys[3].at("strength"), "P-256");
  EXPECT_NE(key({"list"}).output.find("EdDSA  EdDSA      Ed25519         verifies"), std::string::npos)
      << key({"list"}).output;
}

TEST(KeyCommands, SayWhatTheyCannotDoAndPrintAPrivateKeyOnlyWhenAsked) {
  GatewayProcess gateway(GatewayConfig(1));
  const CommandResult printed = gateway.run({"key", "generate", "--algorithm", "ES256", "--kid", "k2", "--out", "-"});
  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_EQ(printed.output.substr(0, 27), "-----BEGIN PRIVATE KEY-----");
  EXPECT_NE(printed.errors.find("{kid: k2, algorithm: ES256"), std::string::npos);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"--algorithm", "none", "--kid", "k"},
                                             {"--algorithm", "es256", "--kid", "k"},
                                             {"--algorithm", "ES256"},
                                             {"--algorithm", "ES256", "--kid", ""},
                                             {"--algorithm", "ES256", "--kid", "a/b"},
                                             {"--algorithm", "ES256", "--kid", "k", "--out", "/nowhere/k.pem"}}) {
    std::vector<std::string> all{"key", "generate"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    EXPECT_EQ(gateway.run(all).exit_code, 2) << ::testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace bearward::testing
