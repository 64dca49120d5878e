#include "store/user_rules.h"

#include <gtest/gtest.h>

namespace bearward::store {
namespace {

TEST(UserRules, SayWhatAUsernameMayBe) {
  struct Case {
    const char* name;
    std::string username;
    bool good;
  };
  const Case cases[] = {{"letters", "alice", true},
                        {"an email", "alice@example.org", true},
                        {"marks that mean nothing in a path or list", "a.b-c_d+e'f!", true},
                        {"UTF-8 letters", "Ünal-李", true},
                        {"128 bytes", std::string(128, 'a'), true},
                        {"129 bytes", std::string(129, 'a'), false},
                        {"empty", "", false},
                        {"a dot", ".", false},
                        {"two dots", "..", false},
                        {"three dots", "...", true},
                        {"a space", "alice b", false},
                        {"a slash", "a/b", false},
                        {"a backslash", "a\\b", false},
                        {"a comma", "a,b", false},
                        {"a colon", "a:b", false},
                        {"a line feed", "a\nb", false},
                        {"NUL", std::string("a\0b", 3), false},
                        {"DEL", "a\x7f", false},
                        {"a C1 control character", "a\xC2\x85", false},
                        {"a no-break space", "a\xC2\xA0", false},
                        {"a zero-width space", "a\xE2\x80\x8B", false},
                        {"a right-to-left override", "a\xE2\x80\xAE", false},
                        {"a lone continuation byte", "a\x80", false},
                        {"an overlong slash", "a\xC0\xAF", false},
                        {"an overlong form of three bytes", "a\xE0\x80\xAF", false},
                        {"a surrogate", "a\xED\xA0\x80", false},
                        {"above U+10FFFF", "a\xF4\x90\x80\x80", false},
                        {"cut short", "a\xE2\x80", false},
                        {"an emoji", "a\xF0\x9F\x90\xBB", true}};
  for (const Case& c : cases) EXPECT_EQ(!problem_of_username(c.username), c.good) << c.name;
}

TEST(UserRules, SayWhatAnEmailMayBe) {
  for (const char* good : {"", "a@b", "alice@example.org", "o'neil+tag@example.org"})
    EXPECT_EQ(problem_of_email(good), std::nullopt) << good;
  for (const char* bad : {"a", "@b", "a@", "a@b@c", "a b@c", "a@b,c@d", "a@b\r\nBcc: x"})
    EXPECT_NE(problem_of_email(bad), std::nullopt) << bad;
  EXPECT_NE(problem_of_email("a@" + std::string(253, 'b')), std::nullopt);
}

TEST(UserRules, SayWhatTheRestMayBe) {
  EXPECT_EQ(problem_of_full_name("Alice M. O'Neil, PhD"), std::nullopt);
  EXPECT_NE(problem_of_full_name("Alice\nAdmin"), std::nullopt);
  EXPECT_NE(problem_of_full_name(std::string(257, 'a')), std::nullopt);
  for (const char* good : {"admin", "team:blue", "a/b"}) EXPECT_EQ(problem_of_role(good), std::nullopt) << good;
  for (const char* bad : {"", "a,b", "a b", "a\"b", "a\\b", "\xC3\xA4", "a\n"})
    EXPECT_NE(problem_of_role(bad), std::nullopt) << bad;
  EXPECT_NE(problem_of_role(std::string(65, 'a')), std::nullopt);
  EXPECT_EQ(problem_of_password("12345678"), std::nullopt);
  EXPECT_NE(problem_of_password("1234567"), std::nullopt);
}

}  // namespace
}  // namespace bearward::store
