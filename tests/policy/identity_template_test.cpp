#include "policy/identity_template.h"

#include <gtest/gtest.h>

#include <array>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

identity::Principal caller() {
  auto principal = somebody(R"({"sub":"alice","org":{"unit":"x","ids":[1,true,"b"]},"n":-5,"u":18446744073709551615,
      "d":1.5,"ok":false,"none":null,"empty":[],"blank":"","object":{"a":1},"nested":[["a"]],"break":"a\r\nX-Admin: 1",
      "nul":"a\u0000b","padded":" admin","tab":"admin\t","comma":["a","b,admin"],"commas":"a,b","with_empty":["a","","b"]})",
                            {"orders:read", "orders:write"}, {"user", "clerk"});
  auto token = std::make_shared<identity::TokenClaims>(*principal.token);
  token->client_id = "spa";
  auto user = std::make_shared<identity::User>(*principal.user);
  user->email = "alice@example.org";
  user->full_name = "Alice \xc3\x89tan";
  return {token, user};
}

std::string written(const IdentityTemplate& field, const identity::Principal& principal) {
  std::array<char, 512> room;
  http::HeadWriter head(room);
  const auto result = field.write(principal, head);
  if (!result) return "refused: " + std::string{result.error().variable};
  return std::string{head.written()};
}

TEST(IdentityTemplate, WritesWhatIsKnownOfTheCaller) {
  struct Case {
    const char* name;
    const char* text;
    const char* line;  // "": the field is left out
  };
  const Case cases[] = {
      {"the user's name", "{user.username}", "X-A: alice\r\n"},
      {"the email", "{user.email}", "X-A: alice@example.org\r\n"},
      {"a name in UTF-8", "{user.full_name}", "X-A: Alice \xc3\x89tan\r\n"},
      {"roles, joined by commas", "{user.roles}", "X-A: user,clerk\r\n"},
      {"scopes, joined by spaces", "{token.scope}", "X-A: orders:read orders:write\r\n"},
      {"the client", "{token.client_id}", "X-A: spa\r\n"},
      {"a claim", "{token.sub}", "X-A: alice\r\n"},
      {"a nested claim", "{token.org.unit}", "X-A: x\r\n"},
      {"a list of scalars", "{token.org.ids}", "X-A: 1,true,b\r\n"},
      {"a negative number", "{token.n}", "X-A: -5\r\n"},
      {"the largest number", "{token.u}", "X-A: 18446744073709551615\r\n"},
      {"a fraction", "{token.d}", "X-A: 1.5\r\n"},
      {"false", "{token.ok}", "X-A: false\r\n"},
      {"text alone", "gateway", "X-A: gateway\r\n"},
      {"text around", "user={user.username}; client={token.client_id}!", "X-A: user=alice; client=spa!\r\n"},
      {"a text with commas is one text", "{token.commas}", "X-A: a,b\r\n"},
      {"empty elements are none", "{token.with_empty}", "X-A: a,b\r\n"},
      {"an absent claim", "{token.nobody}", ""},
      {"an absent claim among others", "{user.username}/{token.nobody}", ""},
      {"a null claim", "{token.none}", ""},
      {"an empty list", "{token.empty}", ""},
      {"an empty text", "{token.blank}", ""},
      {"a line break", "{token.break}", "refused: token.break"},
      {"a line break behind other text", "{user.username}{token.break}", "refused: token.break"},
      {"a NUL", "{token.nul}", "refused: token.nul"},
      {"white space that the upstream would cut off", "{token.padded}", "refused: token.padded"},
      {"a tab that the upstream would cut off", "{token.tab}", "refused: token.tab"},
      {"an element that would become two", "{token.comma}", "refused: token.comma"},
      {"an object", "{token.object}", "refused: token.object"},
      {"a list in a list", "{token.nested}", "refused: token.nested"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto field = IdentityTemplate::parse("X-A", c.text);
    ASSERT_TRUE(field) << field.error();
    EXPECT_EQ(written(*field, caller()), c.line);
  }
}

TEST(IdentityTemplate, RefusesUserRowsThatWouldForgeAField) {
  struct Case {
    const char* name;
    const char* text;
    void (*change)(identity::User&);
  };
  const Case cases[] = {
      {"a line break in a username", "{user.username}", [](identity::User& u) { u.username = "a\nX-Admin: 1"; }},
      {"a carriage return in a full name", "{user.full_name}", [](identity::User& u) { u.full_name = "a\rb"; }},
      {"a comma in a role", "{user.roles}", [](identity::User& u) { u.roles = {"user", "x,admin"}; }},
      {"white space around a role", "{user.roles}", [](identity::User& u) { u.roles = {" admin"}; }},
      {"DEL in an email", "{user.email}", [](identity::User& u) { u.email = "a\x7f"; }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto principal = caller();
    auto user = std::make_shared<identity::User>(*principal.user);
    c.change(*user);
    principal.user = user;
    EXPECT_TRUE(written(*IdentityTemplate::parse("X-A", c.text), principal).starts_with("refused: user."));
  }
}

TEST(IdentityTemplate, SaysWhatIsWrong) {
  struct Case {
    const char* name;
    std::string text;
    const char* says;
  };
  const Case cases[] = {
      {"nothing", "", "empty"},
      {"an unknown variable", "{user.usernam}", "did you mean \"user.username\"?"},
      {"a variable without its room", "{username}", "expected {user.username}"},
      {"the password hash is no variable", "{user.password_hash}", "expected {user.username}"},
      {"an empty claim", "{token.}", "expected {user.username}"},
      {"an empty part", "{token.a..b}", "expected {user.username}"},
      {"a brace that is not closed", "{user.email", "other half"},
      {"a brace that was not opened", "user.email}", "other half"},
      {"a line break", "a\r\nb", "control character"},
      {"white space at the end", "{user.email} ", "white space"},
      {"too many", "{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}", "more than 8"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto field = IdentityTemplate::parse("X-A", c.text);
    ASSERT_FALSE(field);
    EXPECT_NE(field.error().find(c.says), std::string::npos) << field.error();
  }
  EXPECT_TRUE(
      IdentityTemplate::parse("X-A", "{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}{token.a}!"));
}

TEST(IdentityTemplate, NeverWritesPastTheRoom) {
  const auto field = IdentityTemplate::parse("X-A", "{user.username}");
  std::array<char, 8> room;
  http::HeadWriter head(room);
  EXPECT_TRUE(field->write(caller(), head));
  EXPECT_TRUE(head.overflowed());
}

}  // namespace
}  // namespace bearward::policy
