#include "token/standing.h"

#include <gtest/gtest.h>

#include <functional>

namespace bearward::token {
namespace {

using namespace std::chrono_literals;
using identity::TokenClaims;
using identity::User;

constexpr UnixMilliseconds now{1'800'000'000'500ms};

struct Case {
  const char* name;
  std::function<void(TokenClaims&, User&)> change;
  std::optional<Objection> objection;
};

TEST(Standing, IsWhatTheRowHasAgainstTheToken) {
  const Case cases[] = {
      {"nothing", [](TokenClaims&, User&) {}, {}},
      {"disabled", [](TokenClaims&, User& user) { user.disabled = true; }, Objection::inactive},
      {"this token was revoked", [](TokenClaims&, User& user) { user.revoked = {"a", "t1"}; }, Objection::revoked},
      {"others were", [](TokenClaims&, User& user) { user.revoked = {"a", "t", "t11", "z"}; }, {}},
      {"its login was revoked", [](TokenClaims&, User& user) { user.revoked = {"s1"}; }, Objection::revoked},
      {"an empty id is nobody's",
       [](TokenClaims& claims, User& user) {
         claims.token_id = claims.family_id = "";
         user.revoked = {""};
       },
       {}},
      {"issued before the last moment that is refused",
       [](TokenClaims&, User& user) { user.tokens_not_before = now + 1ms; }, Objection::revoked},
      {"issued in the first moment that is good", [](TokenClaims&, User& user) { user.tokens_not_before = now; }, {}},
      {"nobody knows when it was issued, and nothing was revoked",
       [](TokenClaims& claims, User&) { claims.issued_no_earlier.reset(); },
       {}},
      {"nobody knows when it was issued, and all were revoked",
       [](TokenClaims& claims, User& user) {
         claims.issued_no_earlier.reset();
         user.tokens_not_before = UnixMilliseconds{1ms};
       },
       Objection::revoked}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TokenClaims claims;
    claims.token_id = "t1";
    claims.family_id = "s1";
    claims.issued_no_earlier = now;
    User user;
    c.change(claims, user);
    EXPECT_EQ(objection_to(claims, &user), c.objection);
  }
  EXPECT_EQ(objection_to(TokenClaims{}, nullptr), Objection::unknown_user);
}

}  // namespace
}  // namespace bearward::token
