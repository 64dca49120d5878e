#include "config/identity.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

std::string fields_of(const Identity& identity) {
  std::string text;
  for (const IdentityField& field : identity.fields) text += field.name + "=" + field.value + ";";
  return text;
}

TEST(ReadIdentity, KeepsTheOrderOfHeaders) {
  const auto loaded = load_snippet(
      "identity:\n  headers:\n    X-User: \"{user.username}\"\n    X-Scope: s-{token.scope}\n  forward_authorization: "
      "true\n");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(fields_of(loaded.config.identity), "X-User={user.username};X-Scope=s-{token.scope};");
  EXPECT_EQ(loaded.config.identity.fields[1].place.line, 4);
  EXPECT_EQ(loaded.config.identity.forward_authorization, true);
}

TEST(ReadIdentity, WritesPresetsOut) {
  struct Case {
    const char* preset;
    const char* fields;
  };
  const Case cases[] = {
      {"forwarded",
       "X-Forwarded-User={user.username};X-Forwarded-Email={user.email};X-Forwarded-Groups={user.roles};"
       "X-Forwarded-Preferred-Username={user.username};"},
      {"remote",
       "Remote-User={user.username};Remote-Groups={user.roles};Remote-Name={user.full_name};Remote-Email={user.email}"
       ";"},
      {"auth_request",
       "X-Auth-Request-User={user.username};X-Auth-Request-Email={user.email};X-Auth-Request-Groups={user.roles};"
       "X-Auth-Request-Preferred-Username={user.username};"},
  };
  for (const Case& c : cases) {
    const auto loaded = load_snippet("identity: {preset: " + std::string{c.preset} + "}");
    EXPECT_EQ(loaded.findings, std::vector<std::string>{});
    EXPECT_EQ(fields_of(loaded.config.identity), c.fields);
    EXPECT_FALSE(loaded.config.identity.forward_authorization.has_value());
  }
}

TEST(ReadIdentity, PutsHeadersOverAPreset) {
  const auto loaded = load_snippet("identity: {preset: remote, headers: {remote_user: \"{token.sub}\", X-A: a}}");
  EXPECT_EQ(fields_of(loaded.config.identity),
            "Remote-Groups={user.roles};Remote-Name={user.full_name};Remote-Email={user.email};remote_user={token.sub};"
            "X-A=a;");
}

TEST(ReadIdentity, ReadsAnAssertion) {
  const auto loaded = load_snippet("identity: {assertion: {header: X-Proof, ttl: 1m, audience: orders}}\n");
  ASSERT_TRUE(loaded.config.identity.assertion);
  EXPECT_EQ(loaded.config.identity.assertion->header, "X-Proof");
  EXPECT_EQ(loaded.config.identity.assertion->ttl, std::chrono::minutes{1});
  EXPECT_EQ(loaded.config.identity.assertion->audience, "orders");
  const auto as_usual = load_snippet("identity: {assertion: {}}\n").config.identity.assertion;
  ASSERT_TRUE(as_usual);
  EXPECT_EQ(as_usual->header, "X-Bearward-Assertion");
  EXPECT_EQ(as_usual->ttl, std::chrono::seconds{30});
  EXPECT_EQ(as_usual->audience, "");
}

TEST(ReadIdentity, KnowsTheNamesOfAllPresets) {
  const auto names = usual_identity_names();
  EXPECT_EQ(names.size(), 13U);
  for (const char* name :
       {"X-Forwarded-User", "Remote-Email", "X-Auth-Request-Preferred-Username", "X-Bearward-Assertion"})
    EXPECT_NE(std::ranges::find(names, name), names.end()) << name;
}

TEST(ReadIdentity, SaysWhatIsWrong) {
  const test::Mistake mistakes[] = {
      {"an unknown preset",
       "identity: {preset: forwarded_}\n",
       {"1:20: error: found \"forwarded_\" for preset, expected forwarded, remote or auth_request; did you mean "
        "\"forwarded\"?"}},
      {"a list of headers",
       "identity: {headers: [X-User]}\n",
       {"1:21: error: found a list for headers, expected a map of header names and templates, such as "
        "X-Forwarded-User: "
        "\"{user.username}\""}},
      {"a template without quotes",
       "identity: {headers: {X-User: {user.username}}}\n",
       {"1:30: error: found a map for X-User, expected a template such as \"{user.username}\""}},
      {"one name twice",
       "identity: {headers: {X-User: a, X-User: b}}\n",
       {"1:33: error: found the key \"X-User\" again, expected it once; it stands on line 1 too"}},
      {"a word for true",
       "identity: {forward_authorization: yes}\n",
       {"1:35: error: found \"yes\" for forward_authorization, expected true or false"}},
      {"an assertion that lives for hours",
       "identity: {assertion: {ttl: 2h}}\n",
       {"1:23: error: found an assertion without a key that upstreams could verify it by, expected a signing key with "
        "a "
        "private half; add one such as ES256 or EdDSA to tokens.signing_keys",
        "1:29: error: found \"2h\" for ttl, expected a duration from 2s to 10m, such as 250ms, 30s, 15m, 12h or 14d"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(mistake.yaml).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
