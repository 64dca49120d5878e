#include "http/max_forwards.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

std::string read(std::string_view method, const std::vector<std::pair<std::string_view, std::string_view>>& lines) {
  std::vector<Field> fields;
  for (const auto& [name, value] : lines) {
    const std::uint32_t hash = folded_hash(name);
    fields.push_back({name, value, hash, identify(name, hash)});
  }
  RequestHead head;
  head.method = method;
  head.fields = fields;
  const auto left = max_forwards(head);
  if (!left) return "bad";
  return *left ? std::to_string(**left) : "not said";
}

TEST(MaxForwards, IsANumberOfOptionsAlone) {
  EXPECT_EQ(read("OPTIONS", {}), "not said");
  EXPECT_EQ(read("OPTIONS", {{"Max-Forwards", "0"}}), "0");
  EXPECT_EQ(read("OPTIONS", {{"max-forwards", "0010"}}), "10");
  EXPECT_EQ(read("OPTIONS", {{"Max-Forwards", "99999999999999999999999"}}), "18446744073709551615");
  EXPECT_EQ(read("GET", {{"Max-Forwards", "x"}}), "not said");
  EXPECT_EQ(read("OPTIONS", {{"Max_Forwards", "x"}}), "not said");
  for (const char* bad : {"", "x", "1x", "-1", "+1", "1, 2"})
    EXPECT_EQ(read("OPTIONS", {{"Max-Forwards", bad}}), "bad");
  EXPECT_EQ(read("OPTIONS", {{"Max-Forwards", "1"}, {"Max-Forwards", "1"}}), "bad");
}

}  // namespace
}  // namespace bearward::http
