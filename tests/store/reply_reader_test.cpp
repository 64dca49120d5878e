#include "store/redis/reply_reader.h"

#include <gtest/gtest.h>

namespace bearward::store {
namespace {

constexpr std::size_t limit = 4'096;

std::string print(const RedisReply& reply) {
  switch (reply.kind) {
    case RedisReply::Kind::nil:
      return "nil";
    case RedisReply::Kind::text:
      return "'" + reply.text + "'";
    case RedisReply::Kind::integer:
      return std::to_string(reply.integer);
    case RedisReply::Kind::error:
      return "error " + reply.text;
    case RedisReply::Kind::array:
      break;
  }
  std::string all = "[";
  for (const RedisReply& element : reply.elements) all += (all.size() == 1 ? "" : " ") + print(element);
  return all + "]";
}

/// Everything read from `bytes`, fed in pieces of `piece` bytes; ends with "refused" at an error.
std::string read_all(std::string_view bytes, std::size_t piece) {
  ReplyReader reader(limit);
  std::string all;
  while (true) {
    auto reply = reader.next();
    if (!reply) return all + "refused";
    if (*reply) {
      all += print(**reply) + ";";
      continue;
    }
    if (bytes.empty()) return all;
    if (!reader.feed(bytes.substr(0, piece))) return all + "refused";
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

TEST(ReplyReader, ReadsRepliesHoweverTheyAreCut) {
  struct Case {
    const char* name;
    std::string_view bytes;
    const char* expected;
  };
  const Case cases[] = {{"a simple string", "+PONG\r\n", "'PONG';"},
                        {"an error", "-ERR no\r\n", "error ERR no;"},
                        {"an integer", ":-42\r\n", "-42;"},
                        {"a bulk string with CRLF in it", "$4\r\na\r\nb\r\n", "'a\r\nb';"},
                        {"an empty bulk string", "$0\r\n\r\n", "'';"},
                        {"nil", "$-1\r\n", "nil;"},
                        {"a nil array", "*-1\r\n", "nil;"},
                        {"an empty array", "*0\r\n", "[];"},
                        {"arrays in an array", "*3\r\n*2\r\n:1\r\n$1\r\nx\r\n*0\r\n$-1\r\n", "[[1 'x'] [] nil];"},
                        {"several at once", "+a\r\n:1\r\n$1\r\nb\r\n", "'a';1;'b';"},
                        {"half a reply", "+a\r\n$5\r\nab", "'a';"}};
  for (const Case& c : cases) {
    for (const std::size_t piece : {1UL, 2UL, 7UL, 1000UL}) {
      SCOPED_TRACE(std::string{c.name} + " in pieces of " + std::to_string(piece));
      EXPECT_EQ(read_all(c.bytes, piece), c.expected);
    }
  }
}

TEST(ReplyReader, RefusesWhatNoServerSends) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  std::string bomb;
  for (int i = 0; i < 6; ++i) bomb += "*1000\r\n";
  const Case cases[] = {{"HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n"},
                        {"an unknown type", "!3\r\nabc\r\n"},
                        {"a length that is no number", "$x\r\n"},
                        {"a negative length", "$-5\r\n"},
                        {"a length over all memory", "$99999999999999999999\r\n"},
                        {"an array of more than 1,024", "*1025\r\n"},
                        {"an array of two thousand million", "*2000000000\r\n"},
                        {"arrays whose sizes multiply", bomb},
                        {"nesting without end",
                         [] {
                           std::string deep;
                           for (int i = 0; i < 50; ++i) deep += "*1\r\n";
                           return deep;
                         }()},
                        {"a line without end", "+" + std::string(2 * limit, 'a')},
                        {"a bulk string over the limit", "$100000\r\n" + std::string(2 * limit, 'a')},
                        {"many small elements over the limit", [] {
                           std::string many = "*1000\r\n";
                           for (int i = 0; i < 1000; ++i) many += "$10\r\n0123456789\r\n";
                           return many;
                         }()}};
  for (const Case& c : cases) {
    for (const std::size_t piece : {1UL, 100UL, 100'000UL}) {
      SCOPED_TRACE(std::string{c.name} + " in pieces of " + std::to_string(piece));
      EXPECT_EQ(read_all(c.bytes, piece), "refused");
    }
  }
}

TEST(ReplyReader, TheLimitIsForOneReplyNotForAll) {
  ReplyReader reader(limit);
  const std::string bytes = "$1000\r\n" + std::string(1000, 'x') + "\r\n";
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(reader.feed(bytes));
    const auto reply = reader.next();
    ASSERT_TRUE(reply && *reply);
  }
}

}  // namespace
}  // namespace bearward::store
