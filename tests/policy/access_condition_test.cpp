#include "policy/access_condition.h"

#include <gtest/gtest.h>

#include "policy/samples.h"

namespace bearward::policy::detail {
namespace {

using Kind = config::Access::Kind;

config::Access with_values(Kind kind, std::vector<std::string> values) {
  config::Access access;
  access.kind = kind;
  access.values = std::move(values);
  access.place = sample_place;
  return access;
}

config::Access with_children(Kind kind, std::vector<config::Access> children) {
  config::Access access = with_values(kind, {});
  access.children = std::move(children);
  return access;
}

TEST(AccessCondition, IsRefusedWhereItCouldNotMeanWhatItSays) {
  config::Access deep = with_values(Kind::public_, {});
  for (int i = 0; i < 40; ++i) deep = with_children(Kind::not_, {deep});
  config::Access bad_claim = with_values(Kind::claims, {});
  bad_claim.claims = {{"sub", "{who}"}};
  struct Case {
    const char* name;
    config::Access access;
    const char* says;
  };
  const Case cases[] = {
      {"an empty all would let everybody in", with_children(Kind::all, {}), "all: found no condition"},
      {"an empty any", with_children(Kind::any, {}), "any: found no condition"},
      {"a not of nothing", with_children(Kind::not_, {}), "not: found no condition"},
      {"a not of two", with_children(Kind::not_, {with_values(Kind::deny, {}), with_values(Kind::deny, {})}),
       "not: found several"},
      {"no scope", with_values(Kind::scopes, {}), "scopes: found an empty list"},
      {"no role", with_values(Kind::roles, {}), "roles: found an empty list"},
      {"an empty role", with_values(Kind::roles, {""}), "roles: found an empty name"},
      {"two scopes in one text", with_values(Kind::scopes, {"a b"}), "found \"a b\", expected a scope"},
      {"a scope that would break out of the challenge", with_values(Kind::any_scope, {"a\""}), "any_scope: found"},
      {"no network", with_values(Kind::client_ip, {}), "client_ip: found an empty list"},
      {"a network with host bits", with_values(Kind::client_ip, {"10.0.0.1/8"}), "found \"10.0.0.1/8\""},
      {"no claim", with_values(Kind::claims, {}), "claims: found no claim"},
      {"a claim with an unknown parameter", bad_claim, "claims: claim \"sub\": found {who}"},
      {"nested without end", deep, "nested more than 32 deep"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    config::Diagnostics diagnostics;
    EXPECT_FALSE(AccessCondition::compile(c.access, {}, diagnostics));
    EXPECT_NE(text_of(diagnostics).find(c.says), std::string::npos) << text_of(diagnostics);
  }
}

TEST(AccessCondition, ReportsEveryMistakeOfARule) {
  config::Diagnostics diagnostics;
  const auto rule = with_children(Kind::all, {with_values(Kind::roles, {}), with_values(Kind::client_ip, {"x", "y"})});
  EXPECT_FALSE(AccessCondition::compile(rule, {}, diagnostics));
  EXPECT_EQ(diagnostics.sorted().size(), 3U) << text_of(diagnostics);
}

}  // namespace
}  // namespace bearward::policy::detail
