#include "rehearsal/witness_paths.h"

#include <gtest/gtest.h>

#include <map>

#include "rehearsal/witness_hosts.h"

namespace bearward::rehearsal {
namespace {

/// Path -> the patterns that are said to match it.
std::map<std::string, std::string> witnesses_of(const std::vector<const char*>& texts, std::size_t most = 1'000) {
  std::vector<policy::PathPattern> patterns;
  for (const char* text : texts) patterns.push_back(policy::PathPattern::parse(text).value());
  std::vector<const policy::PathPattern*> pointers;
  for (const policy::PathPattern& pattern : patterns) pointers.push_back(&pattern);
  std::map<std::string, std::string> found;
  for (const WitnessPath& witness : witness_paths(pointers, most).paths) {
    EXPECT_FALSE(found.contains(witness.path)) << witness.path;
    std::string& names = found[witness.path];
    std::vector<std::uint32_t> sorted = witness.matches;
    std::ranges::sort(sorted);
    for (const std::uint32_t at : sorted) names += (names.empty() ? "" : " ") + std::string(texts[at]);
  }
  return found;
}

TEST(WitnessPaths, StandForEveryPathThatAPatternMatches) {
  using Found = std::map<std::string, std::string>;
  EXPECT_EQ(witnesses_of({"/a"}), (Found{{"/a", "/a"}}));
  EXPECT_EQ(witnesses_of({"/"}), (Found{{"/", "/"}}));
  EXPECT_EQ(witnesses_of({"/**"}), (Found{{"/", "/**"}, {"/other", "/**"}}));
  EXPECT_EQ(witnesses_of({"/a/**"}), (Found{{"/a", "/a/**"}, {"/a/", "/a/**"}, {"/a/other", "/a/**"}}));
  EXPECT_EQ(witnesses_of({"/a/{id}"}), (Found{{"/a/id", "/a/{id}"}}));
  EXPECT_EQ(witnesses_of({"/a/**", "/a/"}), (Found{{"/a", "/a/**"}, {"/a/", "/a/** /a/"}, {"/a/other", "/a/**"}}));
  EXPECT_EQ(witnesses_of({"/{x}/b", "/a/{y}"}),
            (Found{{"/a/b", "/{x}/b /a/{y}"}, {"/a/y", "/a/{y}"}, {"/x/b", "/{x}/b"}}));
  EXPECT_EQ(witnesses_of({"/a/{other}", "/a/other"}),
            (Found{{"/a/other", "/a/{other} /a/other"}, {"/a/other-x", "/a/{other}"}}));
  EXPECT_EQ(witnesses_of({"/a%20b%3F"}), (Found{{"/a%20b%3F", "/a%20b%3F"}}));
  EXPECT_EQ(witnesses_of({"/**", "/a/b"}), (Found{{"/", "/**"},
                                                  {"/a", "/**"},
                                                  {"/a/", "/**"},
                                                  {"/a/b", "/** /a/b"},
                                                  {"/a/b/", "/**"},
                                                  {"/a/b/other", "/**"},
                                                  {"/a/other", "/**"},
                                                  {"/other", "/**"}}));
}

TEST(WitnessPaths, AreBounded) {
  const std::vector<const char*> texts{"/a", "/b", "/c"};
  EXPECT_EQ(witnesses_of(texts, 2).size(), 2U);
  const auto pattern = policy::PathPattern::parse("/a").value();
  const policy::PathPattern* const pointer = &pattern;
  EXPECT_TRUE(witness_paths({&pointer, 1}, 1).whole);
  EXPECT_FALSE(witness_paths({&pointer, 1}, 0).whole);
}

TEST(WitnessHosts, StandForEveryHost) {
  std::vector<policy::HostPattern> hosts;
  for (const char* text : {"a.test", "*.test", "", "some.test", "*.b.test"}) {
    hosts.push_back(policy::HostPattern::parse(text).value());
  }
  std::map<std::string, std::vector<std::uint32_t>> found;
  for (WitnessHost& witness : witness_hosts(hosts)) {
    std::ranges::sort(witness.matches);
    found[witness.pattern + " " + witness.name] = witness.matches;
  }
  EXPECT_EQ(found, (std::map<std::string, std::vector<std::uint32_t>>{{"a.test a.test", {0, 1, 2}},
                                                                      {"some.test some.test", {1, 2, 3}},
                                                                      {"*.test some-other.test", {1, 2}},
                                                                      {"*.b.test some.b.test", {1, 2, 4}},
                                                                      {"* some.invalid", {2}}}));
}

}  // namespace
}  // namespace bearward::rehearsal
