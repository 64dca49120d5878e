#include "policy/claim_condition.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace bearward::policy {
namespace {

const std::vector<std::string> parameters{"username", "id"};
const std::vector<std::string_view> values{"jo%40example.org", "7"};

TEST(ClaimCondition, HoldsForEqualScalarsAndListsThatContainOne) {
  struct Case {
    const char* name;
    const char* claims;
    const char* path;
    const char* wanted;
    Truth truth;
  };
  const Case cases[] = {
      {"an equal text", R"({"dept":"hr"})", "dept", R"("hr")", Truth::yes},
      {"another text", R"({"dept":"it"})", "dept", R"("hr")", Truth::no},
      {"another case", R"({"dept":"HR"})", "dept", R"("hr")", Truth::no},
      {"a longer text", R"({"dept":"hrx"})", "dept", R"("hr")", Truth::no},
      {"one of several", R"({"dept":"it"})", "dept", R"(["hr","it"])", Truth::yes},
      {"none of several", R"({"dept":"pr"})", "dept", R"(["hr","it"])", Truth::no},
      {"a list that contains it", R"({"groups":["a","b"]})", "groups", R"("b")", Truth::yes},
      {"a list that does not", R"({"groups":["a","b"]})", "groups", R"("c")", Truth::no},
      {"an empty list", R"({"groups":[]})", "groups", R"("c")", Truth::no},
      {"lists that share one", R"({"groups":["a","b"]})", "groups", R"(["c","b"])", Truth::yes},
      {"nested", R"({"realm":{"roles":["x"]}})", "realm.roles", R"("x")", Truth::yes},
      {"a number", R"({"level":5})", "level", "5", Truth::yes},
      {"a number written otherwise", R"({"level":5.0})", "level", "5", Truth::yes},
      {"another number", R"({"level":6})", "level", "5", Truth::no},
      {"a negative number is no huge one", R"({"level":18446744073709551615})", "level", "-1", Truth::no},
      {"a huge integer is not its nearest double", R"({"level":9007199254740993})", "level", "9007199254740992.0",
       Truth::no},
      {"a text is no number", R"({"level":"5"})", "level", "5", Truth::no},
      {"a number is no text", R"({"level":5})", "level", R"("5")", Truth::no},
      {"true", R"({"ok":true})", "ok", "true", Truth::yes},
      {"false is not true", R"({"ok":false})", "ok", "true", Truth::no},
      {"a text is not true", R"({"ok":"true"})", "ok", "true", Truth::no},
      {"1 is not true", R"({"ok":1})", "ok", "true", Truth::no},
      {"an absent claim", "{}", "dept", R"("hr")", Truth::no},
      {"a null claim", R"({"dept":null})", "dept", R"("hr")", Truth::no},
      {"an object cannot be compared", R"({"dept":{"name":"hr"}})", "dept", R"("hr")", Truth::undecided},
      {"a list with an object and no match", R"({"dept":[{"name":"hr"}]})", "dept", R"("hr")", Truth::undecided},
      {"a list with an object and a match", R"({"dept":[{},"hr"]})", "dept", R"("hr")", Truth::yes},
      {"a path parameter, decoded", R"({"sub":"jo@example.org"})", "sub", R"("{username}")", Truth::yes},
      {"a path parameter is not compared encoded", R"({"sub":"jo%40example.org"})", "sub", R"("{username}")",
       Truth::no},
      {"a path parameter with text around it", R"({"sub":"id-7!"})", "sub", R"("id-{id}!")", Truth::yes},
      {"two path parameters", R"({"sub":"7:jo@example.org"})", "sub", R"("{id}:{username}")", Truth::yes},
      {"more than the parameter", R"({"sub":"77"})", "sub", R"("{id}")", Truth::no},
      {"less than the parameter", R"({"sub":""})", "sub", R"("{id}")", Truth::no},
      {"a path parameter is a text", R"({"n":7})", "n", R"("{id}")", Truth::no},
      {"a claim that looks like a template", R"({"sub":"{id}"})", "sub", R"("{id}")", Truth::no},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto condition = ClaimCondition::compile(c.path, boost::json::parse(c.wanted), parameters);
    ASSERT_TRUE(condition) << condition.error();
    EXPECT_EQ(condition->evaluate(boost::json::parse(c.claims).as_object(), values), c.truth);
  }
}

TEST(ClaimCondition, SaysWhatIsWrong) {
  struct Case {
    const char* name;
    const char* path;
    const char* wanted;
    const char* says;
  };
  const Case cases[] = {
      {"no path", "", R"("x")", "names joined by dots"},
      {"an empty part", "a..b", R"("x")", "names joined by dots"},
      {"null", "sub", "null", "expected a text"},
      {"an object", "sub", "{}", "expected a text"},
      {"a list in a list", "sub", R"([["x"]])", "expected a text"},
      {"an empty list", "sub", "[]", "empty list"},
      {"an unknown parameter", "sub", R"("{usernam}")", "did you mean \"username\"?"},
      {"a brace that is not closed", "sub", R"("{id")", "other half"},
      {"a brace that was not opened", "sub", R"("id}")", "other half"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto condition = ClaimCondition::compile(c.path, boost::json::parse(c.wanted), parameters);
    ASSERT_FALSE(condition);
    EXPECT_NE(condition.error().find(c.says), std::string::npos) << condition.error();
  }
}

}  // namespace
}  // namespace bearward::policy
