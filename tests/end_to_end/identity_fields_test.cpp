#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

class IdentityFields : public SharedSiteTest<IdentityFields> {
 public:
  static void configure(GatewayConfig& config) {
    config.routes(R"(
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}
  - name: remote
    match: {path: /remote/**}
    access: authenticated
    upstream: echo
    identity: {preset: remote}
  - name: token
    match: {path: /token-through/**}
    access: authenticated
    upstream: echo
    identity: {forward_authorization: true, headers: {X-Name: "{user.full_name}"}}
)");
  }
};

TEST_F(IdentityFields, TellTheUpstreamWhoAsks) {
  boost::json::object claims = TokenFactory::claims("alice");
  claims["scope"] = "orders:read reports:read";
  ASSERT_EQ(send(request("GET", "/api/x", bearer(site().tokens.token(claims)))).status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.field("X-Forwarded-User"), "alice");
  EXPECT_EQ(seen.field("X-Forwarded-Email"), "alice@example.test");
  EXPECT_EQ(seen.field("X-Forwarded-Groups"), "staff,sales");
  EXPECT_EQ(seen.field("X-Auth-Scopes"), "orders:read reports:read");
}

TEST_F(IdentityFields, LeaveOutWhatIsNotKnown) {
  ASSERT_EQ(get_as("root", "/api/x").status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.field("X-Forwarded-User"), "root");
  EXPECT_FALSE(seen.fields.find("X-Forwarded-Email"));
  EXPECT_FALSE(seen.fields.find("X-Auth-Scopes"));
}

TEST_F(IdentityFields, StripEverySpellingOfWhatAClientSent) {
  for (const char* name :
       {"X-Forwarded-User", "x-forwarded-user", "X-FORWARDED-USER", "X_Forwarded_User", "x_forwarded-user",
        "X-Forwarded_User", "X.Forwarded.User", "X-Forwarded-Email", "x_forwarded_email", "X_Forwarded-Groups",
        "X-Auth_Scopes", "Remote_User", "remote-user", "Remote-Groups", "X~Forwarded~User"}) {
    SCOPED_TRACE(name);
    const std::string spoofed = std::string(name) + ": root\r\n";
    const std::string folded = name;
    ASSERT_EQ(send(request("GET", "/public/x", spoofed)).status, 200);
    EXPECT_EQ(upstream().last().fields.count_folded(folded), 0);

    ASSERT_EQ(get_as("alice", "/public/x", spoofed + spoofed).status, 200);
    EXPECT_EQ(upstream().last().head.find("root"), std::string::npos);
    ASSERT_EQ(get_as("alice", "/api/x", spoofed).status, 200);
    EXPECT_EQ(upstream().last().head.find("root"), std::string::npos);
    EXPECT_EQ(upstream().last().fields.count_folded("X-Forwarded-User"), 1);
    EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
  }
}

TEST_F(IdentityFields, AreNotRemovedByAClientsConnectionField) {
  ASSERT_EQ(get_as("alice", "/api/x", "Connection: X-Forwarded-User, X-Forwarded-For\r\n").status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
  EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "127.0.0.1");
}

TEST_F(IdentityFields, FollowARoutesPreset) {
  ASSERT_EQ(get_as("alice", "/remote/x").status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.field("Remote-User"), "alice");
  EXPECT_EQ(seen.field("Remote-Groups"), "staff,sales");
  EXPECT_EQ(seen.field("Remote-Name"), "Alice Example");
  EXPECT_EQ(seen.field("Remote-Email"), "alice@example.test");
  EXPECT_EQ(seen.field("X-Forwarded-User"), "alice");
}

TEST_F(IdentityFields, KeepTheTokenHereUnlessTheRouteSaysOtherwise) {
  const std::string token = site().token("alice");
  ASSERT_EQ(send(request("GET", "/api/x", bearer(token))).status, 200);
  EXPECT_EQ(upstream().last().head.find(token), std::string::npos);
  ASSERT_EQ(send(request("GET", "/public/x", bearer(token))).status, 200);
  EXPECT_EQ(upstream().last().head.find(token), std::string::npos);
  ASSERT_EQ(send(request("GET", "/token-through/x", bearer(token))).status, 200);
  EXPECT_EQ(upstream().last().field("Authorization"), "Bearer " + token);
  EXPECT_EQ(upstream().last().field("X-Name"), "Alice Example");
}

TEST_F(IdentityFields, FollowTheLiveUserAndNotTheToken) {
  boost::json::object claims = TokenFactory::claims("alice");
  claims["roles"] = {"admin"};
  claims["email"] = "root@example.test";
  ASSERT_EQ(send(request("GET", "/api/x", bearer(site().tokens.token(claims)))).status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-Groups"), "staff,sales");
  EXPECT_EQ(upstream().last().field("X-Forwarded-Email"), "alice@example.test");
}

}  // namespace
}  // namespace bearward::testing
