#include "http/request_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace bearward::http {
namespace {

TEST(RequestIdMaker, NeverMakesOneTwice) {
  RequestIdMaker maker(1, 2), other(3, 2);
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    for (RequestIdMaker* each : {&maker, &other}) {
      const RequestIdMaker::Id id = each->next();
      EXPECT_EQ(view(id).size(), 32U);
      EXPECT_EQ(view(id).find_first_not_of("0123456789abcdef"), std::string_view::npos);
      EXPECT_TRUE(is_request_id(view(id)));
      EXPECT_TRUE(seen.insert(std::string(view(id))).second);
    }
  }
}

TEST(IsRequestId, TakesVisibleCharactersOnly) {
  EXPECT_TRUE(is_request_id("a-1.B:2"));
  EXPECT_TRUE(is_request_id(std::string(128, 'x')));
  for (const std::string& bad :
       {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\r\nb"), std::string("a\"b"),
        std::string("a\\b"), std::string("\xc3\xa9"), std::string("\x7f")}) {
    EXPECT_FALSE(is_request_id(bad)) << bad;
  }
}

}  // namespace
}  // namespace bearward::http
