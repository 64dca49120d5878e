#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "config/loading.h"
#include "config/routes.h"

namespace bearward::config {
namespace {

std::string describe(const Access& access) {
  constexpr const char* names[] = {"public", "authenticated", "deny",   "scopes",    "any_scope",
                                   "roles",  "users",         "claims", "client_ip", "client_certificate",
                                   "time",   "all",           "any",    "not"};
  std::string text = names[static_cast<int>(access.kind)];
  for (const std::string& value : access.values) text += " " + value;
  for (const auto& [name, value] : access.claims) text += " " + name + "=" + boost::json::serialize(value);
  if (access.certificate) {
    for (const auto& [name, texts] : access.certificate->named()) {
      for (const std::string& each : *texts) text += " " + std::string(name) + "=" + each;
    }
  }
  for (const Access& child : access.children) text += " (" + describe(child) + ")";
  return text;
}

test::Loaded load_access(const std::string& access) {
  return test::load_policy("routes:\n- name: a\n  match: {path: /}\n  upstream: legacy\n  access: " + access + "\n");
}

TEST(ReadAccess, ReadsEveryForm) {
  struct Case {
    const char* sentence;
    const char* yaml;
    const char* access;
  };
  const Case cases[] = {
      {"a word", "public", "public"},
      {"another", "authenticated", "authenticated"},
      {"and another", "deny", "deny"},
      {"one scope", "{scopes: a:b}", "scopes a:b"},
      {"two scopes", "{scopes: [a, b]}", "scopes a b"},
      {"any scope", "{any_scope: [a, b]}", "any_scope a b"},
      {"roles", "{roles: [admin]}", "roles admin"},
      {"users", "{users: [alice, bob]}", "users alice bob"},
      {"addresses", "{client_ip: [10.0.0.0/8, \"::1\"]}", "client_ip 10.0.0.0/8 ::1"},
      {"any certificate", "{client_certificate: {required: true}}", "client_certificate"},
      {"a certificate of these names",
       "{client_certificate: {subject: \"CN=a,O=b\", dns: [A.Test, b.test], uri: \"spiffe://T/a\"}}",
       "client_certificate subject=CN=a,O=b dns=a.test dns=b.test uri=spiffe://T/a"},
      {"a fingerprint as openssl prints it",
       "{client_certificate: {fingerprint: "
       "\"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\"}}",
       "client_certificate fingerprint=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"},
      {"several keys are an all", "{roles: admin, scopes: a}", "all (scopes a) (roles admin)"},
      {"any", "{any: [{roles: a}, authenticated, {users: b}]}", "any (roles a) (authenticated) (users b)"},
      {"all of one", "{all: [{roles: a}]}", "all (roles a)"},
      {"not", "{not: {users: [mallory]}}", "not (users mallory)"},
      {"not of several", "{not: {users: m, roles: r}}", "not (all (roles r) (users m))"},
      {"a claim is text", "{claims: {sub: \"{username}\"}}", "claims sub=\"{username}\""},
      {"claims keep the types of JSON",
       "{claims: {a.b: 1, c: true, d: 1.5, e: \"1\", f: [x, 2, false], g: -3, h: \"true\", i: 1e3}}",
       "claims a.b=1 c=true d=1.5E0 e=\"1\" f=[\"x\",2,false] g=-3 h=\"true\" i=1E3"},
      {"what only looks like a number is text",
       "{claims: {a: 0x10, b: 010, c: 1.2.3, d: nan, e: .5, f: infinity, g: -, h: 99999999999999999999999}}",
       "claims a=\"0x10\" b=\"010\" c=\"1.2.3\" d=\"nan\" e=\".5\" f=\"infinity\" g=\"-\" h=1E23"},
      {"a value of the environment is text", "{claims: {a: \"${WORKERS}\"}}", "claims a=\"3\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto loaded = load_access(c.yaml);
    EXPECT_EQ(loaded.findings, std::vector<std::string>{});
    ASSERT_EQ(loaded.config.routes.size(), 1U);
    EXPECT_EQ(describe(loaded.config.routes[0].access), c.access);
  }
}

TEST(ReadAccess, SaysWhatIsWrongAndDenies) {
  const std::string words = "expected public, authenticated, deny or a map of conditions";
  const std::string keys =
      "expected scopes, any_scope, roles, users, client_ip, client_certificate, time, claims, all, any or not";
  const test::Mistake mistakes[] = {
      {"an unknown word",
       "publik",
       {"5:11: error: found \"publik\" for access, " + words + "; did you mean \"public\"?"}},
      {"a list", "[public]", {"5:11: error: found a list for access, " + words}},
      {"an empty map", "{}", {"5:11: error: found an empty map for access, " + words}},
      {"nothing", "", {"5:3: error: found nothing for access, " + words}},
      {"an unknown condition",
       "{role: admin}",
       {"5:12: error: found the unknown key \"role\" in access, " + keys + "; did you mean \"roles\"?"}},
      {"an empty list of roles",
       "{roles: []}",
       {"5:19: error: found an empty list for roles, expected a name, or a list of them"}},
      {"an empty role",
       "{roles: [\"\"]}",
       {"5:20: error: found an empty text for roles, expected a name, or a list of them"}},
      {"an empty all, which would hold for everybody",
       "{all: []}",
       {"5:17: error: found an empty list for all, expected a list of conditions"}},
      {"a map for any", "{any: {roles: a}}", {"5:17: error: found a map for any, expected a list of conditions"}},
      {"public beside a condition",
       "{any: [public, {roles: a}]}",
       {"5:18: error: found public inside a condition, expected it alone; write access: public"}},
      {"not of a list",
       "{not: [{users: a}]}",
       {"5:17: error: found a list for not, expected authenticated, deny or a map of conditions"}},
      {"no claims",
       "{claims: {}}",
       {"5:20: error: found an empty map for claims, expected a map of claims and the values that they may have"}},
      {"a claim without a value",
       "{claims: {sub: }}",
       {"5:21: error: found nothing for sub, expected a text, a number, true or false"}},
      {"a claim that is a map",
       "{claims: {a: {b: c}}}",
       {"5:24: error: found a map for a, expected a text, a number, true or false"}},
      {"a claim that is an empty list",
       "{claims: {a: []}}",
       {"5:24: error: found an empty list for a, expected a value, or a list of them"}},
      {"a certificate of which nothing is said",
       "{client_certificate: {required: false}}",
       {"5:32: error: found nothing that the certificate has to be, expected subject, issuer, dns, email, uri or "
        "fingerprint, or required: true"}},
      {"a certificate of which too much is said",
       "{client_certificate: {required: true, dns: a.test}}",
       {"5:32: error: found required beside what the certificate has to be, expected one of both"}},
      {"a fingerprint that is none",
       "{client_certificate: {fingerprint: 00:11}}",
       {"5:46: error: found \"00:11\" for fingerprint, expected 64 hexadecimal digits, with or without colons, or a "
        "list "
        "of them"}},
      {"two mistakes",
       "{any: [{roles: []}, {users: {a: b}}]}",
       {"5:26: error: found an empty list for roles, expected a name, or a list of them",
        "5:39: error: found a map for users, expected a name, or a list of them"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    const auto loaded = load_access(mistake.yaml);
    EXPECT_EQ(loaded.findings, mistake.findings);
    ASSERT_EQ(loaded.config.routes.size(), 1U);
    EXPECT_NE(describe(loaded.config.routes[0].access).find("deny"), std::string::npos);
  }
}

TEST(ReadAccess, BoundsNesting) {
  std::string access = "{roles: a}";
  for (int i = 0; i < 100; ++i) access = "{not: " + access + "}";
  const auto loaded = load_access(access);
  ASSERT_EQ(loaded.findings.size(), 1U);
  EXPECT_NE(loaded.findings[0].find("nested over 64 deep"), std::string::npos);
}

}  // namespace
}  // namespace bearward::config
