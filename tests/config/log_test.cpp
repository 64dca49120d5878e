#include "config/log.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using test::load_snippet;

TEST(ReadLog, ReadsIt) {
  const auto loaded = load_snippet("log: {access: logs/access.log, format: text, level: debug}");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(loaded.config.log.access, "/etc/bearward/logs/access.log");
  EXPECT_EQ(loaded.config.log.format, LogFormat::text);
  EXPECT_EQ(loaded.config.log.level, LogLevel::debug);
  for (const char* word : {"stdout", "stderr", "off"}) {
    EXPECT_EQ(load_snippet("log: {access: " + std::string{word} + "}").config.log.access, word);
  }
}

TEST(ReadLog, SaysWhatIsWrong) {
  EXPECT_EQ(load_snippet("log: {access: {a: b}, format: xml, level: warn}").findings,
            (std::vector<std::string>{
                "1:15: error: found a map for access, expected stdout, stderr, off or the path of a file",
                "1:31: error: found \"xml\" for format, expected json or text",
                "1:43: error: found \"warn\" for level, expected debug, info, warning or error"}));
}

}  // namespace
}  // namespace bearward::config
