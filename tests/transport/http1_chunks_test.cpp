#include "transport/http1_chunks.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/http_message.h"

namespace bearward::transport {
namespace {

struct Decoded {
  std::string content;
  std::string trailers;
  std::size_t consumed = 0;
  bool finished = false;
};

/// All of `bytes` in pieces of `piece`; nullopt when they are malformed.
std::optional<Decoded> decode(std::string_view bytes, std::size_t piece) {
  ChunkDecoder decoder;
  Decoded decoded;
  while (decoded.consumed < bytes.size() && !decoder.finished()) {
    const auto step = decoder.decode(bytes.substr(decoded.consumed, piece));
    if (!step) return std::nullopt;
    decoded.content += step->content;
    decoded.consumed += step->consumed;
  }
  decoded.finished = decoder.finished();
  decoded.trailers = decoder.trailers();
  return decoded;
}

TEST(ChunkDecoder, TakesTheCodingOffHoweverTheBytesCome) {
  const std::string coded = "5\r\nhello\r\n00b;name=\"a b\";x\r\n, the world\r\n0\r\nX-Trailer: a\r\nY:\r\n\r\n";
  const std::string bytes = coded + "GET /next";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const auto decoded = decode(bytes, piece);
    ASSERT_TRUE(decoded) << piece;
    EXPECT_EQ(decoded->content, "hello, the world");
    EXPECT_EQ(decoded->trailers, "X-Trailer: a\r\nY:\r\n");
    EXPECT_TRUE(decoded->finished);
    EXPECT_EQ(decoded->consumed, coded.size()) << "the next request is left alone";
  }
}

TEST(ChunkDecoder, IsNotFinishedBeforeItsLastOctet) {
  const std::string coded = "1\r\na\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < coded.size(); ++size) {
    EXPECT_FALSE(decode(coded.substr(0, size), size + 1)->finished) << size;
  }
}

TEST(ChunkDecoder, RefusesWhatTwoServersCouldReadDifferently) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {{"no size", "\r\nhello"},
                        {"a sign", "+5\r\nhello\r\n"},
                        {"a negative size", "-1\r\n"},
                        {"hexadecimal prefix", "0x5\r\nhello\r\n"},
                        {"a space before", " 5\r\nhello\r\n"},
                        {"a space behind", "5 \r\nhello\r\n"},
                        {"bare LF after the size", "5\nhello\r\n"},
                        {"bare CR after the size", "5\rhello\r\n"},
                        {"bare LF in an extension", "5;a\nhello\r\n"},
                        {"bare LF after the content", "5\r\nhello\n0\r\n\r\n"},
                        {"content longer than its size", "5\r\nhello!\r\n0\r\n\r\n"},
                        {"content shorter than its size", "5\r\nhell\r\n0\r\n\r\n"},
                        {"a size that overflows", "10000000000000005\r\nhello\r\n"},
                        {"endless zeros", std::string(64, '0') + "5\r\nhello\r\n"},
                        {"an endless extension", "5;" + std::string(1'000, 'a') + "\r\nhello\r\n"},
                        {"a control octet in an extension", "5;a\x01\r\nhello\r\n"},
                        {"a quote that is open at the line's end", "5;a=\"\r\nhello\r\n0\r\n\r\n"},
                        {"a quote in a quote", "5;a=\"b\"c\"\r\nhello\r\n0\r\n\r\n"},
                        {"an escape at the line's end", "5;a=\"b\\\r\nhello\r\n0\r\n\r\n"},
                        {"an extension without a name", "5;\r\nhello\r\n0\r\n\r\n"},
                        {"an extension without a value", "5;a=\r\nhello\r\n0\r\n\r\n"},
                        {"an extension that is no token", "5;@\r\nhello\r\n0\r\n\r\n"},
                        {"white space in an extension", "5; a\r\nhello\r\n0\r\n\r\n"},
                        {"bare LF at the end", "0\r\n\n"},
                        {"a trailer without a colon", "0\r\nX\r\n\r\n"},
                        {"a trailer without a name", "0\r\n: x\r\n\r\n"},
                        {"space before a trailer's colon", "0\r\nX : y\r\n\r\n"},
                        {"obsolete folding in a trailer", "0\r\nX: y\r\n z\r\n\r\n"},
                        {"bare LF in a trailer", "0\r\nX: y\n\r\n"},
                        {"a control octet in a trailer", "0\r\nX: \x01\r\n\r\n"},
                        {"endless trailers", "0\r\n" + std::string(9'000, 'X') + ": y\r\n\r\n"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(decode(c.bytes, c.bytes.size()));
    EXPECT_FALSE(decode(c.bytes, 1));
  }
}

TEST(ChunkDecoder, BoundsTrailersInTotal) {
  std::string coded = "0\r\n";
  for (int i = 0; i < 1'000; ++i) coded += "X: 0123456789\r\n";
  EXPECT_FALSE(decode(coded + "\r\n", 100));
}

TEST(ChunkDecoder, BoundsFramingThatCarriesNothing) {
  const auto coded = [](int chunks, const std::string& extension, const std::string& content) {
    std::string text;
    for (int i = 0; i < chunks; ++i) text += testing::chunk(content).insert(1, extension);
    return text + "0\r\n\r\n";
  };
  EXPECT_TRUE(decode(coded(10'000, "", "x"), 1'000)->finished) << "small chunks alone are no harm";
  EXPECT_TRUE(decode(coded(1'000, ";a=0123456789", "0123456789"), 1'000)->finished);
  EXPECT_FALSE(decode(coded(1'000, ";" + std::string(200, 'a'), "x"), 1'000));
}

}  // namespace
}  // namespace bearward::transport
