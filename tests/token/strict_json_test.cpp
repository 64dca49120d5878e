#include "token/strict_json.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::token {
namespace {

using namespace std::string_literals;

std::string nested(int levels) {
  std::string text = "{\"a\":";
  for (int i = 1; i < levels; ++i) text += '[';
  text += '1';
  for (int i = 1; i < levels; ++i) text += ']';
  return text + '}';
}

TEST(ParseStrictObject, ReadsObjects) {
  const auto object = parse_strict_object(
      R"( {"s":"tëxt \u00e4\n\ud83d\ude00","i":-1,"u":18446744073709551615,"d":1.5e3,"t":true,"n":null,)"
      R"("l":[1,{"s":2},{"s":3}],"o":{"s":{}}} )");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->at("s"), "tëxt ä\n😀");
  EXPECT_EQ(object->at("i"), -1);
  EXPECT_EQ(object->at("u"), 18446744073709551615u);
  EXPECT_EQ(object->at("d"), 1500.0);
  EXPECT_EQ(object->at("l").at(2).at("s"), 3) << "a name may come again in another object";
  EXPECT_EQ(object->size(), 8u);
  EXPECT_TRUE(parse_strict_object("{}"));
  EXPECT_TRUE(parse_strict_object(nested(16)));
  const std::string large = "{\"k\":\"" + std::string(100'000, 'x') + "\"}";
  EXPECT_EQ(parse_strict_object(large)->at("k").as_string().size(), 100'000u);
}

TEST(ParseStrictObject, RefusesEverythingElse) {
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"white space", "  "},
      {"a list", "[]"},
      {"a string", "\"a\""},
      {"a number", "1"},
      {"null", "null"},
      {"an object cut short", R"({"a":1)"},
      {"text after it", R"({"a":1}x)"},
      {"a second object after it", R"({"a":1}{"a":1})"},
      {"a NUL after it", "{\"a\":1}\0"s},
      {"a byte order mark", "\xef\xbb\xbf{}"},
      {"a member twice", R"({"a":1,"a":1})"},
      {"a member twice, spelt differently", R"({"a":1,"\u0061":2})"},
      {"a member twice in an inner object", R"({"o":{"a":1,"b":2,"a":3}})"},
      {"a member twice inside a list", R"({"l":[{"a":1,"a":2}]})"},
      {"a member twice, with objects below", R"({"a":{"x":1,"y":2},"a":{"x":1,"y":2,"z":{"u":3}}})"},
      {"a member twice among many", R"({"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"k":1,"l":1,)"
                                    R"("m":1,"n":1,"o":1,"p":1,"q":1,"r":1,"s":1,"t":1,"u":1,"v":1,"b":2})"},
      {"an empty name twice", R"({"":1,"":2})"},
      {"single quotes", "{'a':1}"},
      {"a name without quotes", "{a:1}"},
      {"a comma at the end", R"({"a":1,})"},
      {"a comment", R"({"a":1/* */})"},
      {"NaN", R"({"a":NaN})"},
      {"Infinity", R"({"a":Infinity})"},
      {"a number beyond a double", R"({"a":1e400})"},
      {"a number with an exponent beyond an int", R"({"a":1e99999999999})"},
      {"a leading zero", R"({"a":01})"},
      {"a leading plus", R"({"a":+1})"},
      {"hexadecimal", R"({"a":0x10})"},
      {"a lone dot", R"({"a":1.})"},
      {"UTF-8 cut short", "{\"a\":\"\xc3\"}"},
      {"UTF-8 of too many bytes", "{\"a\":\"\xc0\xaf\"}"},
      {"a surrogate in UTF-8", "{\"a\":\"\xed\xa0\x80\"}"},
      {"Latin-1", "{\"a\":\"\xe4\"}"},
      {"half a surrogate pair", R"({"a":"\ud83d"})"},
      {"the other half alone", R"({"a":"\ude00"})"},
      {"a line feed inside a string", "{\"a\":\"\n\"}"},
      {"a NUL inside a string", "{\"a\":\"\0\"}"s},
      {"an unknown escape", R"({"a":"\x41"})"},
      {"17 levels", nested(17)},
      {"1,000 levels", nested(1000)},
      {"lists without end", "{\"a\":" + std::string(8000, '[')},
      {"objects without end",
       [] {
         std::string s;
         for (int i = 0; i < 1600; ++i) s += "{\"a\":";
         return s;
       }()},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(parse_strict_object(c.text).has_value());
  }
}

TEST(ParseStrictObject, RefusesEveryTruncation) {
  const std::string text = R"({"iss":"https://a","aud":["x","y"],"exp":1.5e9,"n":{"t":true,"f":null}})";
  ASSERT_TRUE(parse_strict_object(text));
  for (std::size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(parse_strict_object(std::string_view{text}.substr(0, length))) << length;
}

}  // namespace
}  // namespace bearward::token
