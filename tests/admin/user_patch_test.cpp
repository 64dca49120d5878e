#include "admin/user_patch.h"

#include <gtest/gtest.h>

namespace bearward::admin {
namespace {

TEST(UserPatch, ChangesOnlyWhatItNames) {
  identity::User user;
  user.username = "alice";
  user.email = "alice@example.org";
  user.full_name = "Alice";
  user.roles = {"user"};
  const identity::User before = user;

  parse_user_patch("{}").value().apply_to(user);
  EXPECT_EQ(user, before);
  parse_user_patch(R"({"disabled":true})").value().apply_to(user);
  EXPECT_TRUE(user.disabled);
  EXPECT_EQ(user.roles, before.roles);
  parse_user_patch(R"({"disabled":false,"roles":["admin","ops"],"email":null,"full_name":"A. Liddell"})")
      .value()
      .apply_to(user);
  EXPECT_FALSE(user.disabled);
  EXPECT_EQ(user.roles, (std::vector<std::string>{"admin", "ops"}));
  EXPECT_EQ(user.email, "");
  EXPECT_EQ(user.full_name, "A. Liddell");
  parse_user_patch(R"({"roles":[],"email":"a@b.example","full_name":""})").value().apply_to(user);
  EXPECT_TRUE(user.roles.empty());
  EXPECT_EQ(user.email, "a@b.example");
  EXPECT_EQ(user.full_name, "");
}

TEST(UserPatch, IsRefusedWhole) {
  std::string many_roles = R"({"roles":[)";
  for (int i = 0; i <= 64; ++i) many_roles += (i == 0 ? "\"r" : ",\"r") + std::to_string(i) + '"';
  many_roles += "]}";
  struct Case {
    const char* name;
    std::string content;
    int status;
  };
  const Case cases[] = {{"no content", "", 400},
                        {"no JSON", "disabled=true", 400},
                        {"a list", "[]", 400},
                        {"more after the object", R"({"disabled":true} x)", 400},
                        {"a member twice", R"({"disabled":true,"disabled":false})", 400},
                        {"disabled as a text", R"({"disabled":"true"})", 422},
                        {"disabled as a number", R"({"disabled":1})", 422},
                        {"disabled as null", R"({"disabled":null})", 422},
                        {"roles as a text", R"({"roles":"admin"})", 422},
                        {"roles as null", R"({"roles":null})", 422},
                        {"a role that is no text", R"({"roles":["a",1]})", 422},
                        {"a role with a comma, which is two upstream", R"({"roles":["user,admin"]})", 422},
                        {"an empty role", R"({"roles":[""]})", 422},
                        {"a role twice", R"({"roles":["a","a"]})", 422},
                        {"too many roles", many_roles, 422},
                        {"an email that is none", R"({"email":"alice"})", 422},
                        {"an email as a number", R"({"email":1})", 422},
                        {"a full name with a line end", R"({"full_name":"a\r\nb"})", 422},
                        {"an unknown member", R"({"disabledd":true})", 422},
                        {"an unknown member after a good one", R"({"disabled":true,"x":1})", 422},
                        {"the user name", R"({"username":"root"})", 422},
                        {"the hash", R"({"password_hash":"x"})", 422},
                        {"the version", R"({"version":1})", 422}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto patch = parse_user_patch(c.content);
    ASSERT_FALSE(patch.has_value());
    EXPECT_EQ(patch.error().status, c.status);
    EXPECT_FALSE(patch.error().detail.empty());
  }
}

TEST(UserPatch, NamesTheMemberAndNoValue) {
  const auto wrong = parse_user_patch(R"({"email":"not an email"})");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().detail, "\"email\" is not of the form name@domain");
  const auto long_name = parse_user_patch("{\"" + std::string(65, 'x') + "\":1}");
  ASSERT_FALSE(long_name.has_value());
  EXPECT_TRUE(long_name.error().detail.starts_with("a member cannot be changed")) << long_name.error().detail;
}

}  // namespace
}  // namespace bearward::admin
