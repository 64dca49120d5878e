#include "base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward {
namespace {

TEST(IsUtf8, TakesExactlyWhatRfc3629Allows) {
  struct Case {
    const char* name;
    std::string text;
    bool good;
  };
  const Case cases[] = {{"nothing", "", true},
                        {"ASCII", "alice", true},
                        {"NUL", std::string("a\0b", 3), true},
                        {"the first and last of two octets", "\xC2\x80\xDF\xBF", true},
                        {"the first and last of three", "\xE0\xA0\x80\xEF\xBF\xBF", true},
                        {"around the surrogates", "\xED\x9F\xBF\xEE\x80\x80", true},
                        {"the first and last of four", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", true},
                        {"a lone continuation", "a\x80", false},
                        {"cut short after one of two", "\xC3", false},
                        {"cut short after two of three", "\xE2\x82", false},
                        {"cut short after three of four", "\xF0\x9F\x90", false},
                        {"a lead in the place of a continuation", "\xC3\xC3", false},
                        {"a wrong third octet", "\xE2\x82\x41", false},
                        {"a wrong fourth octet", "\xF0\x9F\x90\x41", false},
                        {"an overlong slash", "\xC0\xAF", false},
                        {"the last overlong form of two", "\xC1\xBF", false},
                        {"an overlong form of three", "\xE0\x9F\xBF", false},
                        {"an overlong form of four", "\xF0\x8F\xBF\xBF", false},
                        {"the first surrogate", "\xED\xA0\x80", false},
                        {"the last surrogate", "\xED\xBF\xBF", false},
                        {"above U+10FFFF", "\xF4\x90\x80\x80", false},
                        {"a lead of five octets", "\xF8\x88\x80\x80\x80", false},
                        {"0xFF", "\xFF", false}};
  for (const Case& c : cases) EXPECT_EQ(is_utf8(c.text), c.good) << c.name;
}

}  // namespace
}  // namespace bearward
