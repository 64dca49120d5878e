#include "policy/access.h"

#include <gtest/gtest.h>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

using Kind = config::Access::Kind;
using config::Access;

Access leaf(Kind kind, std::vector<std::string> values = {}) {
  Access access;
  access.kind = kind;
  access.values = std::move(values);
  access.place = sample_place;
  return access;
}
Access group(Kind kind, std::vector<Access> children) {
  Access access = leaf(kind);
  access.children = std::move(children);
  return access;
}
Access all(std::vector<Access> children) { return group(Kind::all, std::move(children)); }
Access any(std::vector<Access> children) { return group(Kind::any, std::move(children)); }
Access no(Access child) { return group(Kind::not_, {std::move(child)}); }
Access claim(std::string path, boost::json::value wanted) {
  Access access = leaf(Kind::claims);
  access.claims.emplace_back(std::move(path), std::move(wanted));
  return access;
}
Access everybody() { return leaf(Kind::public_); }
Access authenticated() { return leaf(Kind::authenticated); }
Access roles(std::vector<std::string> names) { return leaf(Kind::roles, std::move(names)); }
Access users(std::vector<std::string> names) { return leaf(Kind::users, std::move(names)); }
Access scopes(std::vector<std::string> names) { return leaf(Kind::scopes, std::move(names)); }
Access any_scope(std::vector<std::string> names) { return leaf(Kind::any_scope, std::move(names)); }
Access from(std::vector<std::string> networks) { return leaf(Kind::client_ip, std::move(networks)); }

Access certificate(std::vector<std::string> dns) {
  Access access = leaf(Kind::client_certificate);
  access.certificate.emplace().dns = std::move(dns);
  return access;
}
identity::Principal with_certificate(identity::Principal principal, std::vector<std::string> dns) {
  auto shown = std::make_shared<crypto::ClientCertificate>();
  shown->subject = "CN=x";
  shown->dns = std::move(dns);
  principal.certificate = std::move(shown);
  return principal;
}

/// The first hour of 1970, in UTC.
Access first_hour() {
  Access access = leaf(Kind::time);
  access.time.emplace().to = std::chrono::hours{1};
  return access;
}

AccessRule compiled(const Access& access) {
  config::Diagnostics diagnostics;
  const std::vector<std::string> parameters{"username"};
  AccessRule rule = AccessRule::compile(access, parameters, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  return rule;
}

Verdict ask(const AccessRule& rule, const identity::Principal& principal, std::vector<Step>* trace = nullptr,
            std::string_view username = "alice", std::string_view address = "10.1.2.3", UnixTime now = {}) {
  const std::vector<std::string_view> values{username};
  return evaluate(rule, {principal, values, *IpAddress::parse(address), now}, trace);
}

// Everybody in these tables is alice of 10.1.2.3 with scopes a and b, roles user and clerk.
identity::Principal alice() { return somebody(R"({"sub":"alice","dept":"hr"})", {"a", "b"}, {"user", "clerk"}); }

TEST(Access, AllowsWhomTheRuleNames) {
  struct Case {
    const char* name;
    Access access;
    const char* reason;  // null: allowed
  };
  const Case cases[] = {
      {"public", everybody(), nullptr},
      {"authenticated", authenticated(), nullptr},
      {"deny", leaf(Kind::deny), "deny"},
      {"all the scopes", scopes({"a", "b"}), nullptr},
      {"one scope of two", scopes({"a", "c"}), "scopes"},
      {"any of two scopes", any_scope({"c", "b"}), nullptr},
      {"none of two scopes", any_scope({"c", "d"}), "any_scope"},
      {"a role", roles({"admin", "clerk"}), nullptr},
      {"no role", roles({"admin"}), "roles"},
      {"a role in another case", roles({"Clerk"}), "roles"},
      {"a user", users({"bob", "alice"}), nullptr},
      {"another user", users({"bob"}), "users"},
      {"a claim", claim("dept", "hr"), nullptr},
      {"another claim", claim("dept", "it"), "claims"},
      {"the person of the path", claim("sub", "{username}"), nullptr},
      {"an address", from({"192.0.2.0/24", "10.0.0.0/8"}), nullptr},
      {"another address", from({"192.0.2.0/24"}), "client_ip"},
      {"an hour", first_hour(), nullptr},
      {"not another hour", no(first_hour()), "not"},
      {"all", all({roles({"user"}), scopes({"a"})}), nullptr},
      {"not quite all", all({roles({"user"}), users({"bob"})}), "users"},
      {"any", any({roles({"admin"}), scopes({"a"})}), nullptr},
      {"not any", any({roles({"admin"}), users({"bob"})}), "any"},
      {"not somebody else", no(users({"mallory"})), nullptr},
      {"not her", no(users({"alice"})), "not"},
      {"not not her", no(no(users({"alice"}))), nullptr},
      {"deny wins in all", all({everybody(), leaf(Kind::deny)}), "deny"},
      {"not without an absent claim", no(claim("suspended", true)), nullptr},
      {"not with a claim that cannot be compared", no(claim("odd", "x")), "not"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto principal = somebody(R"({"sub":"alice","dept":"hr","odd":{"x":1}})", {"a", "b"}, {"user", "clerk"});
    const AccessRule rule = compiled(c.access);
    std::vector<Step> trace;
    for (std::vector<Step>* wanted : {static_cast<std::vector<Step>*>(nullptr), &trace}) {
      const Verdict verdict = ask(rule, principal, wanted);
      EXPECT_EQ(verdict.allowed, c.reason == nullptr);
      EXPECT_EQ(verdict.reason, c.reason == nullptr ? "" : c.reason);
      EXPECT_FALSE(verdict.needs_credentials);
    }
  }
}

TEST(Access, LetsNobodyInWithoutCredentialsUnlessABranchSaysPublic) {
  struct Case {
    const char* name;
    Access access;
    bool is_public;
    bool allowed;
  };
  const Case cases[] = {
      {"public", everybody(), true, true},
      {"authenticated", authenticated(), false, false},
      {"deny", leaf(Kind::deny), false, false},
      {"an address alone does not replace authentication", from({"10.0.0.0/8"}), false, false},
      {"an hour alone does not either", first_hour(), false, false},
      {"public for an hour", all({everybody(), first_hour()}), true, true},
      {"public but for an hour", all({everybody(), no(first_hour())}), true, false},
      {"public from here", all({everybody(), from({"10.0.0.0/8"})}), true, true},
      {"public from elsewhere", all({everybody(), from({"192.0.2.0/24"})}), true, false},
      {"public or a role", any({roles({"admin"}), everybody()}), true, true},
      {"the public branch does not open the one beside it",
       any({all({everybody(), from({"192.0.2.0/24"})}), from({"10.0.0.0/8"})}), true, false},
      {"not of an absent user", no(users({"mallory"})), false, false},
      {"public but for an absent user", all({everybody(), no(users({"mallory"}))}), true, false},
      {"public but for an absent role", all({everybody(), no(roles({"banned"}))}), true, false},
      {"public but for an absent claim", all({everybody(), no(claim("suspended", true))}), true, false},
      {"public but for an absent scope", all({everybody(), no(scopes({"a"}))}), true, false},
      {"public but not from there", all({everybody(), no(from({"192.0.2.0/24"}))}), true, true},
      {"not from there, alone", no(from({"192.0.2.0/24"})), false, false},
      {"not public", no(everybody()), false, false},
      {"not deny", no(leaf(Kind::deny)), false, false},
      {"not not public", no(no(everybody())), false, false},
      {"not authenticated, alone", no(authenticated()), false, false},
      {"public and not authenticated", all({everybody(), no(authenticated())}), true, true},
      {"an undecided branch and a public one", any({no(users({"mallory"})), everybody()}), true, true},
      {"not of any with an absent user", all({everybody(), no(any({users({"m"}), from({"192.0.2.0/24"})}))}), true,
       false},
      {"not of all that fails for certain", all({everybody(), no(all({users({"m"}), from({"192.0.2.0/24"})}))}), true,
       true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const AccessRule rule = compiled(c.access);
    EXPECT_EQ(rule.is_public(), c.is_public);
    std::vector<Step> trace;
    for (std::vector<Step>* wanted : {static_cast<std::vector<Step>*>(nullptr), &trace}) {
      const Verdict verdict = ask(rule, identity::Principal{}, wanted);
      EXPECT_EQ(verdict.allowed, c.allowed);
      EXPECT_EQ(verdict.needs_credentials, !c.allowed);
      EXPECT_FALSE(verdict.insufficient_scope);
      EXPECT_EQ(verdict.reason.empty(), c.allowed);
    }
  }
}

TEST(Access, SpeaksOfScopeOnlyWhereScopeAloneIsMissing) {
  using Scopes = std::vector<std::string_view>;
  struct Case {
    const char* name;
    Access access;
    Scopes scopes;  // empty: another reason
  };
  const Case cases[] = {
      {"scopes", scopes({"a", "c"}), {"a", "c"}},
      {"any_scope", any_scope({"c", "d"}), {"c", "d"}},
      {"scopes of two conditions", all({scopes({"c"}), authenticated(), scopes({"d", "c"})}), {"c", "d"}},
      {"only those that are missing", all({scopes({"a"}), scopes({"c"})}), {"c"}},
      {"a role is missing too", all({scopes({"c"}), roles({"admin"})}), {}},
      {"a role is missing first", all({roles({"admin"}), scopes({"c"})}), {}},
      {"any of scopes: the first is enough", any({scopes({"c"}), scopes({"d"})}), {"c"}},
      {"any of a scope and a role", any({scopes({"c"}), roles({"admin"})}), {}},
      {"too much scope", no(scopes({"a"})), {}},
      {"a role", roles({"admin"}), {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const AccessRule rule = compiled(c.access);
    const Verdict verdict = ask(rule, alice());
    EXPECT_FALSE(verdict.allowed);
    EXPECT_EQ(verdict.insufficient_scope, !c.scopes.empty());
    EXPECT_EQ(verdict.scopes, c.scopes);
  }
}

TEST(Access, ReasonOfAnAllIsTheConditionThatScopeCannotMend) {
  EXPECT_EQ(ask(compiled(all({scopes({"c"}), roles({"admin"})})), alice()).reason, "roles");
  EXPECT_EQ(ask(compiled(all({users({"bob"}), roles({"admin"})})), alice()).reason, "users");
}

TEST(Access, RolesComeFromTheUserRowAndNotFromTheToken) {
  const AccessRule rule = compiled(roles({"admin"}));
  EXPECT_FALSE(ask(rule, somebody(R"({"roles":["admin"]})", {}, {"user"})).allowed);
  EXPECT_TRUE(ask(rule, somebody(R"({"roles":["user"]})", {}, {"admin"})).allowed);
}

TEST(Access, AClientThatActsForItselfHasNoRoleAndNoName) {
  identity::Principal client = alice();
  client.user = nullptr;
  EXPECT_TRUE(ask(compiled(authenticated()), client).allowed);
  EXPECT_TRUE(ask(compiled(scopes({"a"})), client).allowed);
  EXPECT_FALSE(ask(compiled(roles({"user"})), client).allowed);
  EXPECT_FALSE(ask(compiled(users({"alice"})), client).allowed);
  EXPECT_TRUE(ask(compiled(no(users({"alice"}))), client).allowed);
}

TEST(Access, GoesByTheTimeThatItIsGiven) {
  const AccessRule rule = compiled(first_hour());
  EXPECT_TRUE(ask(rule, alice(), nullptr, "alice", "10.1.2.3", UnixTime{std::chrono::seconds{3'599}}).allowed);
  std::vector<Step> trace;
  const Verdict late = ask(rule, alice(), &trace, "alice", "10.1.2.3", UnixTime{std::chrono::seconds{3'600}});
  EXPECT_FALSE(late.allowed);
  EXPECT_EQ(late.reason, "time");
  ASSERT_EQ(trace.size(), 1U);
  EXPECT_EQ(trace[0].wanted, "00:00-01:00 UTC");
  EXPECT_EQ(trace[0].seen, "thu 1970-01-01 01:00 (+00:00)");
}

TEST(Access, OnlyThePersonOfThatNameOpensAPath) {
  const AccessRule rule = compiled(any({claim("sub", "{username}"), roles({"admin"})}));
  EXPECT_TRUE(ask(rule, alice(), nullptr, "alice").allowed);
  EXPECT_FALSE(ask(rule, alice(), nullptr, "bob").allowed);
  EXPECT_FALSE(ask(rule, alice(), nullptr, "alicex").allowed);
  EXPECT_FALSE(ask(rule, alice(), nullptr, "Alice").allowed);
  EXPECT_TRUE(ask(rule, somebody(R"({"sub":"root"})", {}, {"admin"}, "root"), nullptr, "bob").allowed);
  // Another spelling of the name in the path does not get around a rule that excludes her.
  const AccessRule excluded = compiled(no(claim("sub", "{username}")));
  EXPECT_FALSE(ask(excluded, somebody(R"({"sub":"a:b"})"), nullptr, "a%3Ab").allowed);
}

TEST(Access, DeniesEverybodyByDefaultAndAfterAnError) {
  EXPECT_FALSE(ask(AccessRule{}, alice()).allowed);
  config::Diagnostics diagnostics;
  const AccessRule rule = AccessRule::compile(any({everybody(), roles({})}), {}, diagnostics);
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_FALSE(rule.is_public());
  EXPECT_FALSE(ask(rule, alice()).allowed);
}

TEST(Access, TraceNamesEveryConditionAndWhatItSaw) {
  Access second = roles({"admin", "root"});
  second.place = {"routes.yaml", 9, 5};
  const AccessRule rule = compiled(all({any({scopes({"a"}), second}), no(users({"mallory"})), from({"192.0.2.0/24"}),
                                        claim("dept", "hr"), claim("level", 3)}));
  std::vector<Step> trace;
  const Verdict verdict = ask(rule, alice(), &trace);
  EXPECT_EQ(verdict.reason, "client_ip");
  ASSERT_NE(verdict.place, nullptr);
  EXPECT_EQ(verdict.place->line, 7);
  std::string text;
  for (const Step& step : trace) {
    text += std::string(step.depth * 2, ' ') + std::string{step.condition} + " [" + step.wanted + "] [" + step.seen +
            "] " +
            (step.truth == Truth::yes  ? "yes"
             : step.truth == Truth::no ? "no"
                                       : "undecided") +
            "\n";
  }
  EXPECT_EQ(text,
            "all [] [] no\n"
            "  any [] [] yes\n"
            "    scopes [a] [a, b] yes\n"
            "    roles [admin, root] [user, clerk] no\n"
            "  not [] [] yes\n"
            "    users [mallory] [alice] no\n"
            "  client_ip [192.0.2.0/24] [10.1.2.3] no\n"
            "  claims [dept: \"hr\"] [dept: \"hr\"] yes\n"
            "  claims [level: 3] [level: absent] no\n");
  EXPECT_EQ(trace[3].place.line, 9);
}

TEST(Access, ACertificateOpensWhatAsksForItAndNothingElse) {
  struct Case {
    const char* name;
    Access access;
    bool without_token;  // with the certificate a.test alone
    bool with_token;     // of a user of role staff, beside it
    bool token_alone;
    TokenNeed need;  // of who shows a certificate
  };
  const Case cases[] = {
      {"the certificate", certificate({"b.test", "a.test"}), true, true, false, TokenNeed::absent_is_good},
      {"any certificate", certificate({}), true, true, false, TokenNeed::absent_is_good},
      {"another", certificate({"b.test"}), false, false, false, TokenNeed::absent_is_good},
      {"and a role", all({certificate({"a.test"}), roles({"staff"})}), false, true, false, TokenNeed::absent_is_good},
      {"or a role", any({certificate({"a.test"}), roles({"staff"})}), true, true, true, TokenNeed::absent_is_good},
      {"and an address", all({certificate({"a.test"}), from({"10.0.0.0/8"})}), true, true, false,
       TokenNeed::absent_is_good},
      {"another, or an address, which opens nothing", any({certificate({"b.test"}), from({"10.0.0.0/8"})}), false, true,
       true, TokenNeed::absent_is_good},
      {"a token and the certificate", all({authenticated(), certificate({"a.test"})}), false, true, false,
       TokenNeed::absent_is_good},
      {"not another, which opens nothing", no(certificate({"b.test"})), false, true, true, TokenNeed::required},
      {"a token", authenticated(), false, true, true, TokenNeed::required},
      {"everybody", everybody(), true, true, true, TokenNeed::optional},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const AccessRule rule = compiled(c.access);
    const identity::Principal user = somebody("{}", {}, {"staff"});
    EXPECT_EQ(ask(rule, with_certificate({}, {"a.test"})).allowed, c.without_token);
    EXPECT_EQ(ask(rule, with_certificate(user, {"a.test"})).allowed, c.with_token);
    EXPECT_EQ(ask(rule, user).allowed, c.token_alone);
    EXPECT_EQ(rule.token_need(true), c.need);
    EXPECT_EQ(rule.token_need(false), rule.is_public() ? TokenNeed::optional : TokenNeed::required);
    EXPECT_EQ(ask(rule, {}).allowed, rule.is_public());
  }
}

}  // namespace
}  // namespace bearward::policy
