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
      {"what is not built yet",
       "identity: {assertion: {header: X-A}}\n",
       {"1:12: error: \"assertion\" is not yet supported by this version; remove it"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(load_snippet(mistake.yaml).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
