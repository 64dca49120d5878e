#include "config/trusted_issuers.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

// edge.pem and secret.txt are the files that there are: their content is nobody's concern here.
TEST(ReadTrustedIssuers, ReadsThem) {
  const auto loaded = load_snippet(R"(
tokens:
  trusted_issuers:
    - issuer: https://idp.test
      jwks: file:secret.txt
      algorithms: [RS256, PS256, ES256, EdDSA, RS256]
      audience: legacy-apis
      username_prefix: "idp:"
    - issuer: https://other.test/
      jwks: https://Other.test:8443/keys?v=1
      algorithms: ES512
      audience: [a, b]
      username_claim: preferred_username
      roles_claim: realm_access.roles
      username_prefix: "other:"
      require_user: false
      ca: edge.pem
    - {issuer: third, jwks: "https://[::1]", algorithms: RS256, audience: a, username_prefix: third-, require_user: true}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const auto& issuers = loaded.config.tokens.trusted_issuers;
  ASSERT_EQ(issuers.size(), 3U);
  EXPECT_EQ(issuers[0].issuer, "https://idp.test");
  EXPECT_EQ(issuers[0].jwks_file, "/etc/bearward/secret.txt");
  EXPECT_EQ(issuers[0].jwks, "a secret of a file that is long enough\n");
  EXPECT_EQ(issuers[0].algorithms, (std::vector<std::string>{"RS256", "PS256", "ES256", "EdDSA"}));
  EXPECT_EQ(issuers[0].audiences, std::vector<std::string>{"legacy-apis"});
  EXPECT_EQ(issuers[0].username_claim, "sub");
  EXPECT_TRUE(issuers[0].roles_claim.empty() && !issuers[0].require_user);
  EXPECT_EQ(issuers[1].jwks_file, "");
  EXPECT_EQ(issuers[1].jwks_url, (JwksUrl{"https://Other.test:8443/keys?v=1", "Other.test", 8443, "/keys?v=1"}));
  EXPECT_EQ(issuers[1].algorithms, std::vector<std::string>{"ES512"});
  EXPECT_EQ(issuers[1].audiences, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(issuers[1].username_claim, "preferred_username");
  EXPECT_EQ(issuers[1].roles_claim, "realm_access.roles");
  EXPECT_EQ(issuers[1].username_prefix, "other:");
  EXPECT_EQ(issuers[1].ca, "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(issuers[2].jwks_url, (JwksUrl{"https://[::1]", "::1", 443, "/"}));
  EXPECT_TRUE(issuers[2].require_user);
}

TEST(ReadTrustedIssuers, SaysWhatIsWrong) {
  const std::string start = "tokens: {issuer: https://us.test, trusted_issuers: [\n";
  const std::string algorithms = "expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512 or EdDSA";
  const std::string jwks = "expected file:PATH, or an https:// URL without user and fragment";
  struct Mistake {
    const char* sentence;
    std::string yaml;
    std::vector<std::string> findings;
  };
  const Mistake mistakes[] = {
      {"nothing of it",
       "{}]}",
       {"2:1: error: found no key \"issuer\" in trusted_issuers, expected a text, such as "
        "https://idp.example.org/",
        "2:1: error: found no key \"jwks\" in trusted_issuers, " + jwks,
        "2:1: error: found no key \"algorithms\" in trusted_issuers, expected RS256, PS256, "
        "ES256 (or their 384 and 512) or EdDSA, or a list of them",
        "2:1: warning: no audience is set: tokens that this issuer made for any other "
        "application are accepted; set audience"}},
      {"keys in clear text",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"http://idp.test/keys\"}]}",
       {"2:51: error: found an http:// URL for jwks, expected https://: whoever is on the way could put keys of their "
        "own there"}},
      {"keys in clear text, on loopback too",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"http://127.0.0.1:1/keys\"}]}",
       {"2:51: error: found an http:// URL for jwks, expected https://: whoever is on the way could put keys of their "
        "own there"}},
      {"a URL with a user",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://u:hunter2@idp.test/\"}]}",
       {"2:51: error: found \"https://***@idp.test/\" for jwks, " + jwks}},
      {"a URL with a fragment",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test/#k\"}]}",
       {"2:51: error: found \"https://idp.test/#k\" for jwks, " + jwks}},
      {"a URL with a space",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test/a b\"}]}",
       {"2:51: error: found \"https://idp.test/a b\" for jwks, " + jwks}},
      {"a path without file:",
       "{issuer: i, audience: a, algorithms: RS256, jwks: idp.json}]}",
       {"2:51: error: found \"idp.json\" for jwks, " + jwks}},
      {"no path",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"file:\"}]}",
       {"2:51: error: found \"file:\" for jwks, " + jwks}},
      {"a file that is not there",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"file:idp.jwks.json\"}]}",
       {"2:51: error: cannot read \"/etc/bearward/idp.jwks.json\" for jwks: No such file or directory"}},
      {"a shared secret's algorithm",
       "{issuer: i, audience: a, algorithms: [RS256, HS256], jwks: \"https://idp.test\"}]}",
       {"2:46: error: found \"HS256\" for algorithms, expected asymmetric ones: with a shared secret this gateway "
        "could "
        "sign as the issuer; remove it"}},
      {"none, and a slip",
       "{issuer: i, audience: a, algorithms: [none, RS265], jwks: \"https://idp.test\"}]}",
       {"2:39: error: found \"none\" for algorithms, " + algorithms,
        "2:45: error: found \"RS265\" for algorithms, " + algorithms + "; did you mean \"RS256\"?"}},
      {"no algorithm",
       "{issuer: i, audience: a, algorithms: [], jwks: \"https://idp.test\"}]}",
       {"2:38: error: found an empty list for algorithms, expected RS256, PS256, ES256 (or their 384 and 512) or "
        "EdDSA, "
        "or a list of them"}},
      {"an issuer twice, and our own",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test\", username_prefix: \"i:\"},\n"
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test\", username_prefix: \"j:\"},\n"
       "{issuer: https://us.test, audience: a, algorithms: RS256, jwks: \"https://idp.test\"}]}",
       {"3:1: error: found the issuer \"i\" again, expected each once; line 2 has it too",
        "4:1: error: found this gateway's own issuer \"https://us.test\" for a trusted one, expected another; its "
        "tokens could not be told from our own"}},
      {"paths and prefixes of other forms",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test\", username_claim: a..b,\n"
       "roles_claim: .roles, username_prefix: \"a,b\"}]}",
       {"2:87: error: found \"a..b\" for username_claim, expected the name of a claim, such as sub or "
        "realm_access.roles",
        "3:14: error: found \".roles\" for roles_claim, expected the name of a claim, such as sub or "
        "realm_access.roles",
        "3:39: error: found \"a,b\" for username_prefix, expected at most 64 visible ASCII characters without a comma, "
        "such as \"idp:\""}},
      {"a ca for a file",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"file:edge.pem\", ca: edge.pem}]}",
       {"2:72: warning: a ca has no use where jwks is a file; remove it"}},
      {"a ca that is not there",
       "{issuer: i, audience: a, algorithms: RS256, jwks: \"https://idp.test\", ca: nope.pem}]}",
       {"2:75: error: cannot read \"/etc/bearward/nope.pem\" for ca: No such file or directory"}},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(start + mistake.yaml).findings, mistake.findings);
  }
}

TEST(ValidateTrustedIssuers, WarnsWhereTwoSourcesCanYieldOneName) {
  const auto findings_of = [](const std::string& first, const std::string& second, bool local_users) {
    const std::string common = ", audience: a, algorithms: RS256, jwks: \"https://idp.test\"";
    std::string yaml = "tokens: {trusted_issuers: [\n{issuer: i" + common + first + "}";
    if (!second.empty()) yaml += ",\n{issuer: j" + common + second + "}";
    yaml += "]}\n";
    if (local_users) yaml += "users: {store: sqlite:users.db}\n";
    std::vector<std::string> places;
    for (const std::string& finding : load_snippet(yaml).findings) {
      const bool other =
          finding.find("users of this issuer and of \"i\" (line 2) can have one name") != std::string::npos;
      const bool local =
          finding.find("of this issuer and one of the user store can have one name") != std::string::npos;
      const bool never = finding.find("error: found the username_prefix") != std::string::npos;
      places.push_back(finding.substr(0, 2) + (other ? "other" : local ? "local" : never ? "never" : finding));
    }
    return places;
  };
  using Places = std::vector<std::string>;
  EXPECT_EQ(findings_of("", "", false), Places{});
  EXPECT_EQ(findings_of("", "", true), Places{"2:local"});
  EXPECT_EQ(findings_of(", username_prefix: idp-", "", true), Places{"2:local"}) << "a local user may be called idp-x";
  EXPECT_EQ(findings_of(", username_prefix: \"idp:\"", "", true), Places{});
  EXPECT_EQ(findings_of(", require_user: true", "", true), Places{}) << "that is what it is for";
  EXPECT_EQ(findings_of(", require_user: true, username_prefix: \"idp:\"", "", true), Places{"2:never"});
  EXPECT_EQ(findings_of("", ", username_prefix: \"j:\"", false), Places{"3:other"}) << "i may name a user j:x";
  EXPECT_EQ(findings_of(", username_prefix: \"i:\"", ", username_prefix: \"j:\"", true), Places{});
  EXPECT_EQ(findings_of(", username_prefix: \"i:\"", ", username_prefix: \"i:i:\"", true), Places{"3:other"});
  EXPECT_EQ(findings_of(", require_user: true", ", require_user: true", true), Places{"3:other"});
}

TEST(ValidateTrustedIssuers, AskForNoSigningKeyOfOurOwn) {
  const std::string route = "policies: policy.yaml\n";
  test::World world = test::small_world();
  world.files["/etc/bearward/policy.yaml"] =
      "routes: [{name: api, match: {path: /api}, access: authenticated, upstream: u}]\n";
  const auto findings_with = [&](const std::string& further, const std::string& endpoints) {
    world.files["/etc/bearward/gateway.yaml"] =
        "listeners: [{name: plain, address: 127.0.0.1:8080}]\nupstreams: {u: {targets: http://127.0.0.1:1}}\n"
        "policies: policy.yaml\n" +
        endpoints +
        "tokens: {issuer: us, audience: us, trusted_issuers: [{issuer: i, audience: a, algorithms: RS256, "
        "jwks: \"https://idp.test\"" +
        further + "}]}\n";
    return test::load(world).findings.size();
  };
  EXPECT_EQ(findings_with(", username_prefix: \"i:\"", "users: {store: sqlite:users.db}\n"), 0U);
  EXPECT_EQ(findings_with("", ""), 1U) << "no user store";
  EXPECT_EQ(findings_with("", "endpoints: {token: /token}\n"), 2U) << "no signing key, no user store";
}

}  // namespace
}  // namespace bearward::config
