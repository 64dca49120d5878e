#include "config/url.h"

#include <gtest/gtest.h>

namespace bearward::config {
namespace {

TEST(ParseUrl, TakesItApart) {
  const auto url = parse_url("REDIS://us%65r:p%40ss:w@cache.example.org:6380/2");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "redis");
  EXPECT_EQ(url->user, "user");
  EXPECT_EQ(url->password, "p@ss:w");
  EXPECT_EQ(url->host, "cache.example.org");
  EXPECT_EQ(url->port, 6380);
  EXPECT_EQ(url->path, "/2");
}

TEST(ParseUrl, LeavesOutWhatIsNotThere) {
  const auto url = parse_url("http://[::1]");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_FALSE(url->user);
  EXPECT_FALSE(url->password);
  EXPECT_FALSE(url->port);
  EXPECT_EQ(url->path, "");
  EXPECT_EQ(parse_url("redis://:secret@h")->password, "secret");
  EXPECT_EQ(parse_url("http://h?x")->path, "?x");
}

TEST(ParseUrl, RefusesWhatIsNone) {
  for (const char* text : {"", "host", "://host", "http://", "http://:80", "http://h:", "http://h:0", "http://h:65536",
                           "http://h:8o", "http://::1", "http://[::1", "http://[host]", "http://[::1]80", "http://a b",
                           "http://u:%4@h", "http://u:%zz@h", "ht tp://h", "http://a:b:c", "http://h:000080"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

}  // namespace
}  // namespace bearward::config
