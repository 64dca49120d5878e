#include "oauth/token_response.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::oauth {
namespace {

using namespace std::chrono_literals;
using testing::own_field;

TEST(TokenResponse, IsWhatClientsExpect) {
  TokenResponse answer{.access_token = "abc.def.ghi", .expires_in = 30min, .scope = {}, .username = "al\"ice"};
  const http::Response response = to_response(answer);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(
      response.body,
      R"({"access_token":"abc.def.ghi","token_type":"bearer","expires_in":1800,"scope":"","username":"al\"ice"})");
  EXPECT_EQ(own_field(response, "Content-Type"), "application/json");
  EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");
  EXPECT_EQ(own_field(response, "Pragma"), "no-cache");

  answer.refresh_token = Secret("next");
  answer.scope = "a b";
  answer.username = "";
  EXPECT_EQ(to_response(answer).body, R"({"access_token":"abc.def.ghi","token_type":"bearer","expires_in":1800,)"
                                      R"("refresh_token":"next","scope":"a b"})");
}

}  // namespace
}  // namespace bearward::oauth
