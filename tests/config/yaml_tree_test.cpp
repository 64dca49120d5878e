#include "config/yaml_tree.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

/// What is said of a text, `LINE:COLUMN: MESSAGE` joined by " | ".
std::string problems_of(std::string_view text) {
  Diagnostics diagnostics;
  parse_yaml("f", text, diagnostics);
  std::string problems;
  for (const Finding& finding : diagnostics.sorted()) {
    if (!problems.empty()) problems += " | ";
    problems +=
        std::to_string(finding.place.line) + ":" + std::to_string(finding.place.column) + ": " + finding.message;
  }
  return problems;
}

TEST(ParseYaml, KeepsValuesAndTheirPlaces) {
  Diagnostics diagnostics;
  const auto root = parse_yaml("f", "a: 1\nb:\n  - \"x\"\n  - {c: ~}\n", diagnostics);
  ASSERT_TRUE(root);
  EXPECT_TRUE(diagnostics.sorted().empty());
  EXPECT_EQ(root->kind, YamlNode::Kind::map);
  ASSERT_EQ(root->children.size(), 4U);
  EXPECT_EQ(root->children[1].text, "1");
  EXPECT_FALSE(root->children[1].quoted);
  const YamlNode& list = root->children[3];
  ASSERT_EQ(list.kind, YamlNode::Kind::list);
  EXPECT_EQ(list.children[0].text, "x");
  EXPECT_TRUE(list.children[0].quoted);
  EXPECT_EQ(list.children[0].line, 3);
  EXPECT_EQ(list.children[0].column, 5);
  EXPECT_EQ(list.children[1].children[1].kind, YamlNode::Kind::null);
}

TEST(ParseYaml, TakesWhatEditorsWrite) {
  for (const char* text : {"", "\n\n", "# nothing\n", "a: b\r\nc: d\r\n",
                           "\xef\xbb\xbf"
                           "a: b\n",
                           "---\na: b\n...\n", "a: b\n# comment", "a:\tb\n", "a: |\n  b\n  c",
                           "a: gr\xc3\xbc\xc3\x9f\xe2\x82\xac\xf0\x9f\x90\xbb\n"}) {
    EXPECT_EQ(problems_of(text), "") << text;
  }
}

TEST(ParseYaml, RefusesWhatIsUnsafeOrBrokenWithItsPlace) {
  struct Case {
    const char* sentence;
    std::string text;
    std::string problems;
  };
  const char* const anchor = ": found an anchor (&), expected plain YAML; write the value out where it is needed";
  const char* const alias =
      ": found an alias (*), expected plain YAML; write the value out, or quote a text that starts with *";
  const Case cases[] = {
      {"a tab in the indentation", "a:\n\tb: c\n", "2:1: found a tab in the indentation, expected spaces"},
      {"a tab after spaces", "a:\n  \tb: c\n", "2:3: found a tab in the indentation, expected spaces"},
      {"tabs throughout are one mistake", "a:\n\tb:\n\t\tc: d\n\te: f\n",
       "2:1: found a tab in the indentation, expected spaces"},
      {"an anchor", "a: &x 1\n", std::string{"1:4"} + anchor},
      {"an alias and its anchor", "a: &x 1\nb: *x\n", std::string{"1:4"} + anchor + " | 2:4" + alias},
      {"an alias of nothing, whose name may be a password", "a: *hunter2\n", std::string{"1:4"} + alias},
      {"a merge key", "a:\n  <<: {b: c}\n", "2:3: found a merge key (<<), expected plain YAML; write the keys out"},
      {"a tag", "a: !!binary aGk=\n",
       "1:4: found a tag (!), expected plain YAML; remove it, or quote a text that starts with !"},
      {"a tag on a list", "a: !x [b]\n",
       "1:4: found a tag (!), expected plain YAML; remove it, or quote a text that starts with !"},
      {"a list as a key", "? [a]\n: b\n", "1:3: found a key that is a list or map, expected a text"},
      {"an empty key", "{: b}\n", "1:2: found a key that is empty, expected a text"},
      {"two documents", "a: b\n---\nc: d\n",
       "2:1: found a second document (---), expected one; remove it or make it a file of its own"},
      {"Latin-1", "a: b\nc: gr\xfc\xdf\n",
       "2:6: found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8"},
      {"UTF-16",
       std::string{"\xff\xfe"
                   "a\0",
                   4},
       "1:1: found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8"},
      {"an overlong form", "a: \xc0\xaf\n",
       "1:4: found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8"},
      {"a surrogate", "a: \xed\xa0\x80\n",
       "1:4: found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8"},
      {"a cut-off sequence", "a: \xe2\x82",
       "1:4: found a byte that is not UTF-8, expected a UTF-8 text; save the file as UTF-8"},
      {"NUL", std::string{"a: b\0c\n", 7}, "1:5: found a control character, expected text; remove it"},
      {"a carriage return alone", "a: b\rc: d\n", "1:5: found a carriage return alone, expected LF or CRLF"},
      {"a colon too many", "a: b: c\n", "1:5: found a \":\" where YAML allows none; quote a text that contains \": \""},
      {"an open bracket", "a: [b\n", "2:1: found no \"]\" that ends this list"},
      {"an open brace", "a: {b: c\n", "2:1: found no \"}\" that ends this map"},
      {"an open quote", "a: \"hunter2\n",
       "2:1: found the end of the file, or a line --- or ..., inside quotes; close them"},
      {"an open single quote", "a: 'hunter2\nb: c\n",
       "3:1: found the end of the file, or a line --- or ..., inside quotes; close them"},
      {"a blank line of a tab", "a: b\n\t\n", "2:1: found a tab in the indentation, expected spaces"},
      {"a wrong indentation", "a:\n    b: c\n  d: e\n",
       "3:3: found a line that is no \"key: value\" of its map; check the indentation"},
      {"an escape that is none, which is not shown", "a: \"hunter\\2\"\n",
       "1:13: found an unknown escape after \\ in double quotes; write \\\\ or single quotes"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_EQ(problems_of(c.text), c.problems);
  }
}

TEST(ParseYaml, BoundsTimeAndMemory) {
  struct Case {
    const char* sentence;
    std::string text;
    const char* problem;
  };
  const char* const marks = "marks such as [ ] { } , : in one file";
  const Case cases[] = {
      {"a file of 50 MiB", repeated("a: bbbbbbbb\n", 50 * 1024 * 1024 / 12), "found a file of over 8 MiB"},
      {"8 MiB of brackets", repeated("[", YamlBounds::bytes), marks},
      {"8 MiB of braces", repeated("{a: ", YamlBounds::bytes / 4), marks},
      {"8 MiB of quotes", "[" + repeated("\"\"", YamlBounds::bytes / 2 - 1), marks},
      {"lists nested too deep", repeated("[", YamlBounds::depth + 1) + repeated("]", YamlBounds::depth + 1), "64 deep"},
      {"dashes nested too deep", repeated("- ", 4'000), "64 deep"},
      {"too many values", repeated("- a\n", YamlBounds::values + 1), "values in one file"},
      {"a billion laughs", "a: &a [x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: [*c, *c, *c, *c]\n",
       "found an anchor"},
      {"a list that holds itself", "a: &a [*a]\n", "found an a"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_NE(problems_of(c.text).find(c.problem), std::string::npos) << problems_of(c.text).substr(0, 300);
  }
}

TEST(ParseYaml, ReadsALargeFile) {
  Diagnostics diagnostics;
  const auto root = parse_yaml("f", repeated("- {name: abcdefgh, path: /some/where}\n", 20'000), diagnostics);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->children.size(), 20'000U);
}

}  // namespace
}  // namespace bearward::config
