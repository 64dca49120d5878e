#include "http/head_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace bearward::http {
namespace {

TEST(HeadWriter, WritesTheCanonicalForm) {
  std::array<char, 256> room;
  HeadWriter writer(room);
  writer.status_line(204, "No Content");
  writer.field("X-A", "b");
  writer.field("Content-Length", std::uint64_t{18446744073709551615U});
  writer.field("X-Empty", std::string_view{});
  writer.end();
  EXPECT_FALSE(writer.overflowed());
  EXPECT_EQ(writer.written(),
            "HTTP/1.1 204 No Content\r\nX-A: b\r\nContent-Length: 18446744073709551615\r\nX-Empty: \r\n\r\n");
  EXPECT_EQ(writer.rest().size(), room.size() - writer.written().size());
}

TEST(HeadWriter, WritesNothingAfterWhatDidNotFit) {
  std::string room(20, '#');
  HeadWriter writer(std::span<char>(room).first(16));
  writer.field("X-Long", "does not fit in here");
  writer.text("Y");
  EXPECT_TRUE(writer.overflowed());
  EXPECT_EQ(writer.written(), "X-Long: ") << "a name must not get the next field's value";
  EXPECT_EQ(room.substr(16), "####");
}

TEST(HeadWriter, FillsItsRoomToTheLastOctet) {
  std::array<char, 6> room;
  HeadWriter writer(room);
  writer.field("A", "b");
  EXPECT_FALSE(writer.overflowed());
  writer.text("");
  EXPECT_FALSE(writer.overflowed());
  writer.end();
  EXPECT_TRUE(writer.overflowed());
}

}  // namespace
}  // namespace bearward::http
