#include "config/tokens.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;
using test::load_snippet;

TEST(ReadTokens, ReadsThem) {
  const auto loaded = load_snippet(R"(
tokens:
  issuer: https://gateway.test
  audience: apis
  access_ttl: 15m
  leeway: 0s
  signing_keys:
    - {kid: k3, algorithm: ES256, private_key: edge.pem}
    - {kid: k2, algorithm: HS256, secret: "${SECRET}"}
    - {kid: k1, algorithm: HS256, secret: {file: secret.txt}}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const Tokens& tokens = loaded.config.tokens;
  EXPECT_EQ(tokens.issuer, "https://gateway.test");
  EXPECT_EQ(tokens.audience, "apis");
  EXPECT_EQ(tokens.access_ttl, 15min);
  EXPECT_EQ(tokens.leeway, 0s);
  ASSERT_EQ(tokens.signing_keys.size(), 3U);
  EXPECT_EQ(tokens.signing_keys[0].kid, "k3");
  EXPECT_EQ(tokens.signing_keys[0].algorithm, "ES256");
  EXPECT_EQ(tokens.signing_keys[0].private_key, "/etc/bearward/edge.pem");
  EXPECT_EQ(tokens.signing_keys[0].private_key_pem.reveal(), "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(tokens.signing_keys[1].secret.reveal(), "a secret of the environment, long enough");
  EXPECT_EQ(tokens.signing_keys[2].secret.reveal(), "a secret of a file that is long enough");
  EXPECT_EQ(tokens.signing_keys[2].place.line, 10);
}

TEST(ReadTokens, SaysWhatIsWrong) {
  const std::string start = "tokens: {issuer: i, audience: a, signing_keys: [\n";
  const test::Mistake mistakes[] = {
      {"bad durations",
       "tokens: {access_ttl: 30, leeway: 11m}\n",
       {"1:22: error: found \"30\" for access_ttl, expected a duration from 1s to 365d, such as 250ms, 30s, 15m, 12h "
        "or 14d",
        "1:34: error: found \"11m\" for leeway, expected a duration from 0s to 10m, such as 250ms, 30s, 15m, 12h or "
        "14d"}},
      {"a part of a second",
       "tokens: {access_ttl: 1500ms}\n",
       {"1:22: error: found \"1500ms\" for access_ttl, expected whole seconds"}},
      {"neither issuer nor audience",
       "tokens: {signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n",
       {"1:9: warning: no issuer is set: tokens of any issuer signed with these keys are accepted; set issuer",
        "1:9: warning: no audience is set: tokens for any audience signed with these keys are accepted; set audience"}},
      {"a secret in the file",
       "S{kid: k, algorithm: HS256, secret: hunter2-hunter2-hunter2-hunter2}]}\n",
       {"2:36: warning: a secret written in the configuration can leak with it; use ${NAME} or {file: path}"}},
      {"a secret that is a variable's default",
       "S{kid: k, algorithm: HS256, secret: \"${NONE:-hunter2}\"}]}\n",
       {"2:36: warning: a secret written in the configuration can leak with it; use ${NAME} or {file: path}"}},
      {"an unknown algorithm",
       "S{kid: k, algorithm: ES265, secret: hunter2}]}\n",
       {"2:21: error: found \"ES265\" for algorithm, expected HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, "
        "PS512, ES256, ES384, ES512 or EdDSA; did you mean \"ES256\"?"}},
      {"none",
       "S{kid: k, algorithm: none}]}\n",
       {"2:21: error: found \"none\" for algorithm, expected HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, "
        "PS512, ES256, ES384, ES512 or EdDSA"}},
      {"no kid and no secret",
       "S{algorithm: HS256}]}\n",
       {"2:1: error: found no key \"kid\" in signing_keys, expected a name",
        "2:1: error: found no key \"secret\" for HS256, expected a secret at least as long as the hash"}},
      {"a secret for an asymmetric algorithm",
       "S{kid: k, algorithm: RS256, private_key: edge.pem, secret: hunter2}]}\n",
       {"2:59: error: found secret for RS256, expected private_key alone; remove it"}},
      {"one kid twice",
       "S{kid: k, algorithm: HS256, secret: \"${SECRET}\"},\n {kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n",
       {"3:2: error: found the kid \"k\" again, expected one of its own; line 2 has it too"}},
      {"a variable that is not set",
       "S{kid: k, algorithm: HS256, secret: \"${NONE}\"}]}\n",
       {"2:36: error: found ${NONE}, which the environment does not set, expected a variable that is set; set it, or "
        "write "
        "${NONE:-default}"}},
      {"a variable that is empty",
       "S{kid: k, algorithm: HS256, secret: \"${EMPTY}\"}]}\n",
       {"2:36: error: found an empty text for secret, expected a secret at least as long as the hash, as a text or "
        "{file: "
        "path}"}},
      {"a secret file that is not there",
       "S{kid: k, algorithm: HS256, secret: {file: nope}}]}\n",
       {"2:36: error: cannot read \"/etc/bearward/nope\" for secret: No such file or directory"}},
      {"a private key file that is not there",
       "S{kid: k, algorithm: ES256, private_key: nope}]}\n",
       {"2:41: error: cannot read \"/etc/bearward/nope\" for private_key: No such file or directory"}},
      {"a secret in braces, which is not shown",
       "S{kid: k, algorithm: HS256, secret: {hunter2}}]}\n",
       {"2:36: error: found a map for secret, expected a secret at least as long as the hash, as a text or {file: "
        "path}"}},
      {"a list for a secret",
       "S{kid: k, algorithm: HS256, secret: [hunter2]}]}\n",
       {"2:36: error: found a list for secret, expected a secret at least as long as the hash, as a text or {file: "
        "path}"}},
      {"what is not built yet",
       "tokens: {refresh_ttl: 14d, refresh_grace: 0s}\n",
       {"1:10: error: \"refresh_ttl\" is not yet supported by this version; remove it",
        "1:28: error: \"refresh_grace\" is not yet supported by this version; remove it"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    std::string yaml = mistake.yaml;
    if (yaml.starts_with('S')) yaml = start + yaml.substr(1);
    const auto findings = load_snippet(yaml).findings;
    EXPECT_EQ(findings, mistake.findings);
    for (const std::string& finding : findings) EXPECT_EQ(finding.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace bearward::config
