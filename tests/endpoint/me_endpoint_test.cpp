#include "endpoint/me_endpoint.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::endpoint {
namespace {

using config::Compatibility;
using testing::own_field;

identity::Principal alice() {
  identity::User user;
  user.username = "alice";
  user.roles = {"a", "b"};
  return {std::make_shared<identity::TokenClaims>(), std::make_shared<identity::User>(user)};
}

TEST(MeEndpoint, TellsAUserWhoTheyAre) {
  const http::Response response = answer_me(alice(), Compatibility::rfc6749);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"username":"alice","email":null,"full_name":null,"roles":["a","b"],"disabled":false})");
  EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");
  EXPECT_EQ(
      answer_me(alice(), Compatibility::fastapi).body,
      R"({"username":"alice","email":null,"full_name":null,"roles":["a","b"],"disabled":false,"is_active":true})");
}

TEST(MeEndpoint, RefusesAClientThatActsForItself) {
  const identity::Principal client{std::make_shared<identity::TokenClaims>(), nullptr};
  const http::Response problem = answer_me(client, Compatibility::rfc6749);
  EXPECT_EQ(problem.status, 403);
  EXPECT_EQ(own_field(problem, "Content-Type"), "application/problem+json");
  EXPECT_EQ(answer_me(client, Compatibility::fastapi).body, R"({"detail":"Not enough permissions"})");
}

TEST(MeEndpoint, HasTwoMethods) {
  for (const char* method : {"GET", "HEAD"}) EXPECT_FALSE(refuse_me_method(method, Compatibility::rfc6749)) << method;
  for (const char* method : {"POST", "get", "OPTIONS"}) {
    const auto refused = refuse_me_method(method, Compatibility::rfc6749);
    ASSERT_TRUE(refused) << method;
    EXPECT_EQ(refused->status, 405);
    EXPECT_EQ(own_field(*refused, "Allow"), "GET, HEAD");
  }
}

}  // namespace
}  // namespace bearward::endpoint
