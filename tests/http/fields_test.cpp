#include "http/fields.h"

#include <gtest/gtest.h>

#include <vector>

#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::http {
namespace {

TEST(Identify, KnowsAFieldByItsExactNameWhateverItsCase) {
  const auto identified = [](std::string_view name) { return identify(name, folded_hash(name)); };
  EXPECT_EQ(identified("Content-Length"), FieldId::content_length);
  EXPECT_EQ(identified("CONTENT-LENGTH"), FieldId::content_length);
  EXPECT_EQ(identified("transfer-encoding"), FieldId::transfer_encoding);
  EXPECT_EQ(identified("hOsT"), FieldId::host);
  EXPECT_EQ(identified("Content_Length"), FieldId::other) << "only a CGI server takes it for that";
  EXPECT_EQ(identified("Content-Lengths"), FieldId::other);
  EXPECT_EQ(identified("X"), FieldId::other);
}

TEST(FoldedHash, IsOneForAllSpellingsThatACgiServerFoldsTogether) {
  for (const char* spelling : {"x-forwarded-user", "X_Forwarded_User", "X.FORWARDED.USER", "x-forwarded_user"}) {
    EXPECT_EQ(folded_hash(spelling), folded_hash("X-Forwarded-User")) << spelling;
    EXPECT_TRUE(folded_equal(spelling, "X-Forwarded-User")) << spelling;
  }
  EXPECT_FALSE(folded_equal("X-Forwarded-Users", "X-Forwarded-User"));
  EXPECT_FALSE(folded_equal("XForwardedUser", "X-Forwarded-User"));
}

TEST(FieldSyntax, TellsNamesAndValues) {
  EXPECT_TRUE(is_token("X-Foo.bar_1!"));
  for (const char* bad : {"", "a b", "a:b", "a\t", "a\"", "(a)", "a/b", "\xc3\xa9", "a\x7f"})
    EXPECT_FALSE(is_token(bad));
  EXPECT_TRUE(is_field_value("caf\xc3\xa9 \t\"x\""));
  EXPECT_TRUE(is_field_value(""));
  for (const char* bad : {"a\rb", "a\nb", "\x01", "a\x7f"}) EXPECT_FALSE(is_field_value(bad));
  EXPECT_FALSE(is_field_value(std::string_view("a\0b", 3)));
}

TEST(ListView, YieldsMembersAndPassesOverEmptyOnes) {
  const auto members = [](std::string_view text) {
    std::vector<std::string_view> all;
    for (const std::string_view member : ListView(text)) all.push_back(member);
    return all;
  };
  using All = std::vector<std::string_view>;
  EXPECT_EQ(members("a, b ,\tc"), (All{"a", "b", "c"}));
  EXPECT_EQ(members(", ,a,,"), (All{"a"}));
  EXPECT_EQ(members(""), All{});
  EXPECT_EQ(members(" , "), All{});
}

TEST(Find, IsTheFirstOfAnId) {
  const std::vector<Field> fields = {{"Via", "1", folded_hash("Via"), FieldId::via},
                                     {"Host", "a", folded_hash("Host"), FieldId::host},
                                     {"via", "2", folded_hash("via"), FieldId::via}};
  EXPECT_EQ(find(fields, FieldId::via)->value, "1");
  EXPECT_EQ(find(fields, FieldId::te), nullptr);
  EXPECT_EQ(count(fields, FieldId::via), 2U);
}

}  // namespace
}  // namespace bearward::http
