#include "policy/path_pattern.h"

#include <gtest/gtest.h>

namespace bearward::policy {
namespace {

std::string shape_of(const PathPattern& pattern) {
  std::string shape;
  for (const PathSegment& segment : pattern.segments) {
    shape += segment.kind == PathSegment::Kind::literal ? "[" + segment.text + "]" : "<" + segment.text + ">";
  }
  return shape + (pattern.tail ? "**" : "");
}

TEST(PathPattern, ParsesSegments) {
  struct Case {
    const char* name;
    const char* text;
    const char* shape;
  };
  const Case cases[] = {
      {"the root alone", "/", "[]"},
      {"everything", "/**", "**"},
      {"literals", "/api/v1", "[api][v1]"},
      {"a trailing slash counts", "/api/", "[api][]"},
      {"a parameter", "/a/{b_1}", "[a]<b_1>"},
      {"a parameter and the rest", "/a/{b}/**", "[a]<b>**"},
      {"an escaped space is held decoded", "/a%20b", "[a b]"},
      {"characters that a path may have", "/a;v=1/x:y@z", "[a;v=1][x:y@z]"},
      {"dots inside a segment", "/.well-known/a..b/...", "[.well-known][a..b][...]"},
      {"UTF-8 and its escapes are one", "/caf\xc3\xa9/caf%C3%A9", "[caf\xc3\xa9][caf\xc3\xa9]"},
      {"an escaped star", "/%2A%2A", "[**]"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pattern = PathPattern::parse(c.text);
    ASSERT_TRUE(pattern) << pattern.error();
    EXPECT_EQ(shape_of(*pattern), c.shape);
    EXPECT_EQ(pattern->text, c.text);
  }
  EXPECT_EQ(PathPattern::parse("/{x}/a/{y}")->parameters, (std::vector<std::string>{"x", "y"}));
}

TEST(PathPattern, RefusesWhatCouldNeverMatchOrMeansTwoThings) {
  std::string many_parameters;
  for (std::size_t i = 0; i <= PathPattern::max_parameters; ++i) many_parameters += "/{p" + std::to_string(i) + "}";
  std::string many_segments;
  for (std::size_t i = 0; i <= PathPattern::max_segments; ++i) many_segments += "/a";
  struct Case {
    const char* name;
    std::string text;
    const char* says;
  };
  const Case cases[] = {
      {"nothing", "", "begins with /"},
      {"no slash in front", "api", "begins with /"},
      {"** in between", "/a/**/b", "** has to be the last segment"},
      {"** with a slash behind", "/a/**/", "** has to be the last segment"},
      {"one star", "/a/*", "{name} for one segment"},
      {"a star in a segment", "/a/b*", "%2A"},
      {"a parameter that is part of a segment", "/a/v{b}", "whole segment"},
      {"two parameters in a segment", "/{a}{b}", "found {a}{b}"},
      {"a brace that is not closed", "/{a", "whole segment"},
      {"a parameter without a name", "/{}", "expected a name"},
      {"a name that begins with a digit", "/{1a}", "expected a name"},
      {"a name with a dash", "/{a-b}", "expected a name"},
      {"a name twice", "/{a}/{a}", "twice"},
      {"an empty segment", "/a//b", "// merged"},
      {"a dot segment", "/a/./b", "dot segments"},
      {"two dots", "/a/..", "dot segments"},
      {"two dots with a parameter", "/a/..;x", "dot segments"},
      {"an escaped letter", "/%61", "write \"a\""},
      {"an escaped dot", "/%2e%2e", "write \".\""},
      {"an escaped slash", "/a%2Fb", "let in"},
      {"an escaped slash in lower case", "/a%2fb", "let in"},
      {"an escaped backslash", "/a%5Cb", "let in"},
      {"an escaped NUL", "/a%00", "let in"},
      {"half an escape", "/a%2", "escape such as"},
      {"a percent alone", "/100%", "%25"},
      {"a query", "/a?b=1", "query"},
      {"a fragment", "/a#b", "query"},
      {"a space", "/a b", "%20"},
      {"a backslash", "/a\\b", "backslash"},
      {"a control character", "/a\nb", "control"},
      {"too many parameters", many_parameters, "more than 16 parameters"},
      {"too many segments", many_segments, "more than 32 segments"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto pattern = PathPattern::parse(c.text);
    ASSERT_FALSE(pattern) << shape_of(*pattern);
    EXPECT_NE(pattern.error().find(c.says), std::string::npos) << pattern.error();
  }
}

}  // namespace
}  // namespace bearward::policy
