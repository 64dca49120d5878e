#include "oauth/form.h"

#include <gtest/gtest.h>

namespace bearward::oauth {
namespace {

Form parsed(std::string_view content) {
  auto form = Form::parse(content);
  EXPECT_TRUE(form.has_value()) << content;
  return form ? std::move(*form) : Form{};
}

TEST(Form, ReadsValues) {
  struct Case {
    const char* name;
    const char* content;
    std::string a;
  };
  const Case cases[] = {{"one", "a=1", "1"},
                        {"among others", "x=0&a=1&y=2", "1"},
                        {"a space as a plus", "a=1+2", "1 2"},
                        {"a plus, an ampersand and an equals sign escaped", "a=%2B%26%3D", "+&="},
                        {"an equals sign in the value", "a=1=2", "1=2"},
                        {"an escaped name", "%61=1", "1"},
                        {"UTF-8", "a=%C3%BC\xC3\xBC", "\xC3\xBC\xC3\xBC"},
                        {"empty pairs are passed over", "&&a=1&", "1"},
                        {"without a value", "a=", ""},
                        {"without an equals sign", "a", ""},
                        {"absent", "b=1", ""},
                        {"a line end after it all", "b=2&a=1\r\n", "1"},
                        {"names have a case", "A=1", ""}};
  for (const Case& c : cases) EXPECT_EQ(parsed(c.content).text("a"), c.a) << c.name;
}

TEST(Form, TakesAnEmptyValueForNone) {
  EXPECT_EQ(parsed("a=").find("a"), nullptr);
  EXPECT_NE(parsed("a=1").find("a"), nullptr);
}

TEST(Form, SeesWhatStandsThereTwice) {
  EXPECT_FALSE(parsed("a=1&b=1").repeats("a"));
  EXPECT_TRUE(parsed("a=1&b=1&a=1").repeats("a"));
  EXPECT_TRUE(parsed("a=1&%61=").repeats("a")) << "spelt otherwise, and without a value";
  EXPECT_FALSE(parsed("b=1&b=1").repeats("a"));
}

TEST(Form, RefusesWhatItCannotRead) {
  for (const char* content : {"a=%", "a=%4", "a=%GG", "%zz=1", "a=%FF", "a=\xFF", "b=1&a=%C0%AF"}) {
    const auto form = Form::parse(content);
    ASSERT_FALSE(form.has_value()) << content;
    EXPECT_EQ(form.error(), FormError::malformed) << content;
  }
}

TEST(Form, HasABoundOfParameters) {
  std::string content;
  for (std::size_t i = 0; i < Form::max_parameters; ++i) content += "p" + std::to_string(i) + "=1&";
  EXPECT_TRUE(Form::parse(content).has_value());
  const auto form = Form::parse(content + "one=more");
  ASSERT_FALSE(form.has_value());
  EXPECT_EQ(form.error(), FormError::too_many_parameters);
}

}  // namespace
}  // namespace bearward::oauth
