#include "policy/field_name_set.h"

#include <gtest/gtest.h>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

TEST(FieldNameSet, HoldsAllItWasGivenHoweverManyAndNothingElse) {
  FieldNameSet names;
  EXPECT_FALSE(names.contains("X-0"));
  for (int i = 0; i < 500; ++i) names.insert("X-" + std::to_string(i));
  names.insert("x_7");
  EXPECT_EQ(names.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(names.contains(field_of("x_" + std::to_string(i))));
  for (int i = 500; i < 1000; ++i) EXPECT_FALSE(names.contains(field_of("X-" + std::to_string(i))));
}

TEST(FieldNameSet, ComparesTheNameAndNotItsHashAlone) {
  FieldNameSet names;
  names.insert("X-User");
  http::Field forged = field_of("X-Pepper");
  forged.folded_hash = http::folded_hash("X-User");
  EXPECT_FALSE(names.contains(forged));
}

TEST(ReservedFields, AreThoseThatTheGatewayWritesInEverySpelling) {
  for (const char* name : {"Host", "content-length", "Transfer-Encoding", "Transfer_Encoding", "CONNECTION", "Upgrade",
                           "X-Forwarded-For", "x_forwarded_for", "X.Forwarded.Proto", "Forwarded", "Via",
                           "X-Request-Id", "Expect", "Keep-Alive", "Proxy-Connection", "TE", "Trailer"}) {
    EXPECT_TRUE(is_reserved_field(name)) << name;
    EXPECT_TRUE(is_gateway_field(name)) << name;
  }
  for (const char* name : {"Authorization", "Content-Type"}) {
    EXPECT_FALSE(is_reserved_field(name)) << name;
    EXPECT_TRUE(is_gateway_field(name)) << name;
  }
  for (const char* name : {"X-Forwarded-User", "Remote-User", "X-Office", "Hos", "Hostt"}) {
    EXPECT_FALSE(is_gateway_field(name)) << name;
  }
}

}  // namespace
}  // namespace bearward::policy
