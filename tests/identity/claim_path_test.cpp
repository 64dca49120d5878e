#include "identity/claim_path.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace bearward::identity {
namespace {

TEST(FindClaim, FollowsDotsAndPrefersWholeNames) {
  const auto claims = boost::json::parse(R"({
    "sub": "alice", "none": null, "realm": {"roles": ["a"], "deep": {"x": 1}},
    "https://example.org/roles": ["b"], "a.b": "whole", "a": {"b": "nested", "c": 2}, "text": "t"})")
                          .as_object();
  struct Case {
    const char* name;
    const char* path;
    const char* found;  // null: none
  };
  const Case cases[] = {
      {"a member", "sub", "\"alice\""},
      {"a nested one", "realm.roles", "[\"a\"]"},
      {"two levels down", "realm.deep.x", "1"},
      {"a name that has dots", "https://example.org/roles", "[\"b\"]"},
      {"the whole name first", "a.b", "\"whole\""},
      {"nested beside it", "a.c", "2"},
      {"absent", "nobody", nullptr},
      {"absent inside", "realm.nobody", nullptr},
      {"inside a text", "text.x", nullptr},
      {"inside a list", "realm.roles.0", nullptr},
      {"null is none", "none", nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto* found = find_claim(claims, c.path);
    ASSERT_EQ(found != nullptr, c.found != nullptr);
    if (found != nullptr) {
      EXPECT_EQ(boost::json::serialize(*found), c.found);
    }
  }
}

TEST(ClaimPath, HasNoEmptyAndNotTooManyParts) {
  for (const char* path : {"sub", "a.b", "https://example.org/roles", "a.b.c.d.e.f.g.h"})
    EXPECT_TRUE(is_claim_path(path)) << path;
  for (const char* path : {"", ".", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i"}) EXPECT_FALSE(is_claim_path(path)) << path;
}

}  // namespace
}  // namespace bearward::identity
