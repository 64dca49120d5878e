#include "admin/config_masks.h"

#include <gtest/gtest.h>

namespace bearward::admin {
namespace {

TEST(ConfigMasks, ShowARedisServerWithoutItsPassword) {
  struct Case {
    const char* name;
    config::RedisServer server;
    const char* shown;
  };
  const Case cases[] = {
      {"no user", {.host = "cache", .username = "", .password = {}, .place = {}}, "redis://cache:6379/0"},
      {"a user and a password",
       {.host = "::1", .port = 7, .database = 3, .username = "gate", .password = Secret("pw"), .place = {}},
       "redis://gate:***@[::1]:7/3"},
      {"a password alone",
       {.host = "c", .username = "", .password = Secret("pw"), .place = {}},
       "redis://:***@c:6379/0"},
      {"a user alone, who may be a misplaced password",
       {.host = "c", .username = "pw", .password = {}, .place = {}},
       "redis://***@c:6379/0"},
      {"a user with delimiters",
       {.host = "c", .username = "a@b:c/\xC3\xBC", .password = Secret("pw"), .place = {}},
       "redis://a%40b%3Ac%2F%C3%BC:***@c:6379/0"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(without_password(c.server), c.shown);
  }
}

TEST(ConfigMasks, LeaveOutQueries) {
  EXPECT_EQ(without_query("https://idp.test/keys"), "https://idp.test/keys");
  EXPECT_EQ(without_query("https://idp.test/keys?key=k?&x=y"), "https://idp.test/keys?***");
  EXPECT_EQ(without_query("/healthz?"), "/healthz?***");
}

TEST(ConfigMasks, LeaveOutFixedTextAroundVariables) {
  EXPECT_EQ(without_fixed_text("{user.username}"), "{user.username}");
  EXPECT_EQ(without_fixed_text("{user.username},{user.email}"), "{user.username},{user.email}");
  EXPECT_EQ(without_fixed_text("key {user.username} of {user.email} here"), "***{user.username}***{user.email}***");
  EXPECT_EQ(without_fixed_text("a-shared-secret"), "***");
  EXPECT_EQ(without_fixed_text("{open"), "{open");
  EXPECT_EQ(without_fixed_text(""), "");
}

}  // namespace
}  // namespace bearward::admin
