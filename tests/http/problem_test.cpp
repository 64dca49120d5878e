#include "http/problem.h"

#include <gtest/gtest.h>

#include "http/challenge.h"

namespace bearward::http {
namespace {

TEST(Problem, IsRfc9457) {
  const Response response = problem(403, "no \"access\"\n");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(response.own_fields, "Content-Type: application/problem+json\r\n");
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Forbidden","status":403,"detail":"no \"access\"\u000a"})");
  EXPECT_EQ(problem(404, "").body, R"({"type":"about:blank","title":"Not Found","status":404})");
}

TEST(DetailOnly, IsFastApis) {
  const Response response = detail_only(400, "Inactive user");
  EXPECT_EQ(response.own_fields, "Content-Type: application/json\r\n");
  EXPECT_EQ(response.body, R"({"detail":"Inactive user"})");
}

TEST(BearerChallenge, NamesWhatIsKnown) {
  EXPECT_EQ(bearer_challenge(""), "Bearer");
  EXPECT_EQ(bearer_challenge("invalid_token"), R"(Bearer error="invalid_token")");
  EXPECT_EQ(bearer_challenge("insufficient_scope", {}, "a b"), R"(Bearer error="insufficient_scope", scope="a b")");
  EXPECT_EQ(bearer_challenge("", {}, "a"), R"(Bearer scope="a")");
  EXPECT_EQ(bearer_challenge("x", "it \"is\\\r\n so"), R"(Bearer error="x", error_description="it is so")")
      << "nothing breaks out of the quotes or the line";
}

}  // namespace
}  // namespace bearward::http
