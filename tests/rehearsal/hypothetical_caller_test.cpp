#include "rehearsal/hypothetical_caller.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace bearward::rehearsal {
namespace {

constexpr UnixTime noon{std::chrono::seconds{1'800'000'000}};

Result<identity::Principal, std::string> principal_of(const char* claims, bool require_user = false) {
  config::Tokens tokens;
  tokens.issuer = "https://us.test";
  config::TrustedIssuer idp;
  idp.issuer = "https://idp.test";
  idp.username_claim = "oid";
  idp.username_prefix = require_user ? "x-" : "idp:";
  idp.roles_claim = "realm.roles";
  idp.require_user = require_user;
  tokens.trusted_issuers = {idp};
  return hypothetical_principal(boost::json::parse(claims).as_object(), tokens, noon);
}

TEST(HypotheticalPrincipal, IsWhomTheConfigurationMakesOfATrustedIssuersToken) {
  const auto ours = principal_of(R"({"sub":"alice","roles":["a"]})");
  ASSERT_TRUE(ours.has_value());
  EXPECT_EQ(ours->user->username, "alice");
  EXPECT_EQ(ours->user->roles, std::vector<std::string>{"a"});

  const auto theirs =
      principal_of(R"({"iss":"https://idp.test","sub":"7","oid":"alice","roles":["a"],"realm":{"roles":["b"]}})");
  ASSERT_TRUE(theirs.has_value());
  EXPECT_EQ(theirs->user->username, "idp:alice");
  EXPECT_EQ(theirs->user->roles, std::vector<std::string>{"b"});
  EXPECT_FALSE(principal_of(R"({"iss":"https://idp.test","sub":"7"})").has_value()) << "nobody is named";

  const auto local = principal_of(R"({"iss":"https://idp.test","sub":"7","oid":"alice","roles":["a"]})", true);
  ASSERT_TRUE(local.has_value());
  EXPECT_EQ(local->user->username, "x-alice");
  EXPECT_EQ(local->user->roles, std::vector<std::string>{"a"}) << "whom the store is supposed to have";
}

}  // namespace
}  // namespace bearward::rehearsal
