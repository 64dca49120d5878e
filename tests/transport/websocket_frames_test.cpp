#include "transport/websocket_frames.h"

#include <gtest/gtest.h>

#include <string>

namespace bearward::transport {
namespace {

std::string frame(unsigned char first, std::string header, std::size_t payload) {
  return std::string(1, static_cast<char>(first)) + std::move(header) + std::string(payload, '\x88');
}

const std::string text = frame(0x81, "\x05", 5);
const std::string close_with_status = frame(0x88, "\x02", 2);

TEST(WebSocketFrames, TellWhetherAFrameMayBeAddedHere) {
  struct Case {
    const char* name;
    std::string bytes;
    bool may_add;
  };
  const Case cases[] = {
      {"nothing yet", "", true},
      {"a whole frame", text, true},
      {"two", text + text, true},
      {"half a header", text.substr(0, 1), false},
      {"a header alone", text.substr(0, 2), false},
      {"all but the last byte", text.substr(0, 6), false},
      {"an empty frame", frame(0x81, std::string(1, '\0'), 0), true},
      {"16 bits of length", frame(0x82, std::string("\x7e\x01\x00", 3), 256), true},
      {"half of such a length", frame(0x82, std::string("\x7e\x01", 2), 0), false},
      {"all but the last byte of that", frame(0x82, std::string("\x7e\x01\x00", 3), 255), false},
      {"64 bits of length", frame(0x82, std::string("\x7f\0\0\0\0\0\1\0\0", 9), 65'536), true},
      {"an empty one of 16 bits", frame(0x82, std::string("\x7e\0\0", 3), 0), true},
      {"masked", frame(0x81, "\x85mask", 5), true},
      {"masked, all but the last byte", frame(0x81, "\x85mask", 4), false},
      {"masked and empty", frame(0x89, "\x80mask", 0), true},
      {"a fragment: control frames may stand between it and the next", frame(0x01, "\x03", 3), true},
      {"compressed", frame(0xc1, "\x03", 3), true},
      {"a ping", text + frame(0x89, std::string(1, '\0'), 0), true},
      {"after Close there is nothing more", close_with_status, false},
      {"even if there is", close_with_status + text, false},
      {"a Close whose status has not come", close_with_status.substr(0, 3), false},
      {"a length that there cannot be", frame(0x82, std::string("\x7f\x80\0\0\0\0\0\0\0", 9), 0), false},
      {"and whatever follows that", frame(0x82, std::string("\x7f\x80\0\0\0\0\0\0\0", 9), 0) + text, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    WebSocketFrames at_once;
    at_once.follow(c.bytes);
    EXPECT_EQ(at_once.may_add(), c.may_add);
    WebSocketFrames byte_by_byte;
    for (const char& byte : c.bytes) byte_by_byte.follow({&byte, 1});
    EXPECT_EQ(byte_by_byte.may_add(), c.may_add);
  }
}

TEST(CloseFrame, IsOneOfAServer) {
  const auto frame = close_frame(1008);
  EXPECT_EQ(std::string(frame.begin(), frame.end()), std::string("\x88\x02\x03\xf0", 4));
  for (const char* why : {"going_away", "idle_timeout", "max_stream_age"}) EXPECT_EQ(close_status(why), 1001) << why;
  for (const char* why : {"token_expired", "user_disabled", "revoked", "access"})
    EXPECT_EQ(close_status(why), 1008) << why;
}

}  // namespace
}  // namespace bearward::transport
