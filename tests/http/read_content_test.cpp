#include "http/read_content.h"

#include <gtest/gtest.h>

#include "store/loop.h"
#include "support/made_request.h"

namespace bearward::http {
namespace {

using testing::MadeContent;

std::string read_all(MadeContent& content, std::size_t limit) {
  testing::Loop loop;
  const auto read = loop.run(read_content(content, limit));
  if (read) return std::string(read->reveal());
  return read.error() == ReadContentError::too_large ? "too_large" : "cut_short";
}

TEST(ReadContent, ReadsUpToTheLimit) {
  struct Case {
    const char* name;
    std::vector<std::string> parts;
    error_code end;
    std::string outcome;
  };
  const Case cases[] = {{"nothing", {}, {}, ""},
                        {"one part", {"abc"}, {}, "abc"},
                        {"several parts, exactly the limit", {"ab", "cd", "efgh"}, {}, "abcdefgh"},
                        {"one byte over", {"ab", "cd", "efghi"}, {}, "too_large"},
                        {"one large part", {"abcdefghi"}, {}, "too_large"},
                        {"cut short", {"ab"}, asio::error::eof, "cut_short"},
                        {"a broken framing", {"ab"}, asio::error::invalid_argument, "cut_short"},
                        {"over the server's own limit", {"ab"}, asio::error::message_size, "too_large"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    MadeContent content(c.parts, c.end);
    EXPECT_EQ(read_all(content, 8), c.outcome);
  }
}

TEST(ReadContent, GrowsAsContentOfUnknownLengthArrives) {
  std::vector<std::string> parts;
  std::string whole;
  for (int i = 0; i < 60; ++i) {
    parts.emplace_back(1000, static_cast<char>('a' + i % 26));
    whole += parts.back();
  }
  MadeContent content(parts);
  EXPECT_EQ(read_all(content, 64 * 1024), whole);
}

TEST(ReadContent, ReadsNothingOfContentThatAnnouncesTooMuch) {
  MadeContent content({"abcdefghi"});
  content.announce_length(9);
  EXPECT_EQ(read_all(content, 8), "too_large");
  EXPECT_EQ(content.reads(), 0U);
}

}  // namespace
}  // namespace bearward::http
