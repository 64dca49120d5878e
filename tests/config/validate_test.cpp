#include "config/validate.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

TEST(Validate, WantsKeysAndUsersWhereTokensAreNeeded) {
  const std::string keys =
      "tokens: {issuer: i, audience: a, signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n";
  const std::string users = "users: {store: sqlite:u}\n";
  const test::Mistake mistakes[] = {
      {"a token endpoint alone",
       "endpoints: {token: /token}\n",
       {"1:12: error: found a token endpoint without a signing key, expected one at least; add tokens.signing_keys",
        "1:12: error: found a token endpoint without a user store, expected one; add users.store"}},
      {"a broken section is not missed too",
       "endpoints: {token: /token}\ntokens: {signing_keys: []}\nusers: {stoer: x}\n",
       {"2:24: error: found an empty list for signing_keys, expected a list of {kid, algorithm, secret} or {kid, "
        "algorithm, "
        "private_key}",
        "3:9: error: found the unknown key \"stoer\" in users, expected store, cache, password_hash or role_scopes; "
        "did you mean "
        "\"store\"?"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(test::load_snippet(mistake.yaml).findings, mistake.findings);
  }
  EXPECT_EQ(test::load_snippet("endpoints: {token: /token}\n" + keys + users).findings, std::vector<std::string>{});
}

TEST(Validate, WantsAKeyThatUpstreamsCanVerifyAssertionsBy) {
  const std::string start = "tokens:\n  issuer: i\n  audience: a\n  signing_keys:\n";
  const std::string hmac = "    - {kid: k, algorithm: HS256, secret: \"${SECRET}\"}\n";
  const std::string ec = "    - {kid: l, algorithm: ES256, private_key: edge.pem}\n";
  const std::string assertion = "identity: {assertion: {}}\n";
  EXPECT_EQ(test::load_snippet(start + hmac + ec + assertion).findings, std::vector<std::string>{});
  const auto refused = test::load_snippet(start + hmac + assertion).findings;
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_TRUE(refused[0].starts_with("6:23: error: found an assertion without a key")) << refused[0];
}

TEST(Validate, WantsAnIssuerThatIsAUrlForMetadata) {
  const auto findings_for = [](const std::string& issuer) {
    return test::load_snippet("tokens: {audience: a, issuer: \"" + issuer +
                              "\", signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n"
                              "endpoints: {metadata: /m}\n")
        .findings;
  };
  for (const char* issuer : {"https://gateway.test", "https://gateway.test:8443/tenant", "http://127.0.0.1:8080"})
    EXPECT_EQ(findings_for(issuer), std::vector<std::string>{}) << issuer;
  for (const char* issuer : {"gateway", "ftp://gateway.test", "https://me@gateway.test", "https://gateway.test/?a=b"}) {
    const auto findings = findings_for(issuer);
    ASSERT_EQ(findings.size(), 1U) << issuer;
    EXPECT_TRUE(findings[0].starts_with("2:12: error: found endpoints.metadata without an issuer")) << findings[0];
  }
}

TEST(Validate, WantsThemForRoutesThatAreNotPublic) {
  struct Case {
    const char* access;
    std::size_t findings;
  };
  for (const Case& c :
       {Case{"public", 0}, Case{"deny", 0}, Case{"authenticated", 2}, Case{"{client_ip: 10.0.0.0/8}", 2}}) {
    test::World world = test::small_world();
    world.files["/etc/bearward/gateway.yaml"] =
        "listeners: [{name: a, address: 127.0.0.1:80}]\nupstreams: {u: {targets: http://h}}\npolicies: p.yaml\n";
    world.files["/etc/bearward/p.yaml"] =
        "routes: [{name: r, match: {path: /}, upstream: u, access: " + std::string{c.access} + "}]\n";
    const auto loaded = test::load(world);
    EXPECT_EQ(loaded.findings.size(), c.findings) << c.access;
    for (const std::string& finding : loaded.findings)
      EXPECT_TRUE(finding.starts_with("/etc/bearward/p.yaml:1:10: error: found a route that is not public without a "))
          << finding;
  }
}

}  // namespace
}  // namespace bearward::config
