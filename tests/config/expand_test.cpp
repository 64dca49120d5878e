#include "config/expand.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

std::optional<std::string> environment(const std::string& name) {
  if (name == "HOST") return "example.org";
  if (name == "EMPTY") return "";
  if (name == "TRICKY") return "${HOST}";
  return std::nullopt;
}

TEST(Expand, ReplacesVariables) {
  struct Case {
    const char* sentence;
    const char* text;
    const char* expanded;
    bool from_environment;
    bool from_default;
  };
  const Case cases[] = {
      {"a text without any", "plain $HOST {HOST} $", "plain $HOST {HOST} $", false, false},
      {"one that is set", "https://${HOST}/", "https://example.org/", true, false},
      {"two", "${HOST}${HOST}", "example.orgexample.org", true, false},
      {"one that is not set, with a default", "${NONE:-a:-b}", "a:-b", false, true},
      {"one that is set, with a default", "${HOST:-other}", "example.org", true, false},
      {"one that is empty, with a default", "${EMPTY:-other}", "other", false, true},
      {"one that is empty", "<${EMPTY}>", "<>", true, false},
      {"an empty default", "<${NONE:-}>", "<>", false, true},
      {"a doubled dollar stands for itself", "a$${HOST}b${HOST}", "a${HOST}bexample.org", true, false},
      {"what is put in is not looked at again", "${TRICKY}", "${HOST}", true, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto expansion = expand(c.text, environment);
    ASSERT_TRUE(expansion.has_value());
    EXPECT_EQ(expansion->text, c.expanded);
    EXPECT_EQ(expansion->from_environment, c.from_environment);
    EXPECT_EQ(expansion->from_default, c.from_default);
  }
}

TEST(Expand, RefusesWhatItCannotReplace) {
  struct Case {
    const char* sentence;
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"not set", "x${NONE}",
       "found ${NONE}, which the environment does not set, expected a variable that is set; set it, or write "
       "${NONE:-default}"},
      {"no end", "${HOST", "found ${ without its }, expected ${NAME}; a plain ${ is written $${"},
      {"no name", "${}", "found ${...} without a variable's name, expected ${NAME} or ${NAME:-default}"},
      {"a name that is none, which is not shown", "${hunter 2}",
       "found ${...} without a variable's name, expected ${NAME} or ${NAME:-default}"},
      {"a digit in front", "${1A}", "found ${...} without a variable's name, expected ${NAME} or ${NAME:-default}"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto expansion = expand(c.text, environment);
    ASSERT_FALSE(expansion.has_value());
    EXPECT_EQ(expansion.error(), c.error);
  }
}

}  // namespace
}  // namespace bearward::config
