#include "config/suggest.h"

#include <gtest/gtest.h>

#include <array>

namespace bearward::config {
namespace {

TEST(Suggest, NamesTheOneThatASlipOfTheKeyboardAwayIsMeant) {
  constexpr std::array<std::string_view, 5> expected{"listeners", "tokens", "me", "connect_timeout", "log"};
  struct Case {
    const char* sentence;
    std::string_view found;
    const char* answer;
  };
  const Case cases[] = {
      {"a letter is missing", "listners", "; did you mean \"listeners\"?"},
      {"a letter too many", "tokeens", "; did you mean \"tokens\"?"},
      {"another letter", "tokans", "; did you mean \"tokens\"?"},
      {"two are swapped", "tkoens", "; did you mean \"tokens\"?"},
      {"two edits", "conect_timout", "; did you mean \"connect_timeout\"?"},
      {"only the case differs", "Listeners", "; did you mean \"listeners\"?"},
      {"three edits are another word", "lstnrs", ""},
      {"a short word allows one edit", "lag", "; did you mean \"log\"?"},
      {"and not two", "lax", ""},
      {"a text that is far too long", "listenerslistenerslistenerslistenerslistenerslistenerslistenerslisteners", ""},
      {"nothing", "", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_EQ(suggest(c.found, expected), c.answer);
  }
}

TEST(Suggest, PrefersTheNearest) {
  constexpr std::array<std::string_view, 3> expected{"scopes", "scope", "any_scope"};
  EXPECT_EQ(suggest("scope_", expected), "; did you mean \"scopes\"?");
  EXPECT_EQ(suggest("scop", expected), "; did you mean \"scope\"?");
  EXPECT_EQ(suggest("scope", {}), "");
}

}  // namespace
}  // namespace bearward::config
