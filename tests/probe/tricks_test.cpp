#include "probe/tricks.h"

#include <gtest/gtest.h>

#include <set>

namespace bearward::probe {
namespace {

std::set<std::string> names_of(const std::vector<Trick>& tricks) {
  std::set<std::string> names;
  for (const Trick& trick : tricks) EXPECT_TRUE(names.insert(trick.name).second) << trick.name;
  return names;
}

TEST(Tricks, HaveNamesOfTheirOwn) {
  EXPECT_GT(names_of(path_tricks("/a/b")).size(), 20U);
  EXPECT_GT(names_of(spoofing_tricks({"X-User", "Remote-User"})).size(), 10U);
  EXPECT_GE(names_of(token_tricks(nullptr, UnixTime{})).size(), 5U);
  EXPECT_GT(names_of(smuggling_tricks("a.test", "/a")).size(), 25U);
}

TEST(PathTricks, AreTargetsForEveryPath) {
  for (const char* path : {"/", "/a", "/a/", "/a/b/c"}) {
    for (const Trick& trick : path_tricks(path)) {
      EXPECT_TRUE(trick.text.starts_with('/')) << path << " " << trick.name;
      EXPECT_NE(trick.text, path) << trick.name;
      EXPECT_EQ(trick.text.find(' '), std::string::npos) << trick.name;
    }
  }
}

TEST(SpoofingTricks, AreWholeFieldLinesInEverySpelling) {
  std::string all;
  for (const Trick& trick : spoofing_tricks({"X-Forwarded-User"})) {
    EXPECT_TRUE(trick.text.ends_with("\r\n"));
    all += trick.text;
  }
  for (const char* name : {"X-Forwarded-User: ", "X-FORWARDED-USER: ", "X_Forwarded_User: ", "X.Forwarded.User: "}) {
    EXPECT_NE(all.find(name), std::string::npos) << name;
  }
}

TEST(SmugglingTricks, HideASecondRequest) {
  for (const Trick& trick : smuggling_tricks("a.test", "/a")) {
    EXPECT_TRUE(trick.text.ends_with("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n")) << trick.name;
  }
}

}  // namespace
}  // namespace bearward::probe
