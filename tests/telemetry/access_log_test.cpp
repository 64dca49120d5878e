#include "telemetry/access_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>
#include <sstream>

#include "support/temporary_directory.h"
#include "telemetry/log.h"

namespace bearward::telemetry {
namespace {

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

AccessRecord of_method(std::string_view method) {
  AccessRecord record;
  record.method = method;
  return record;
}

/// What a log of its own writes for one record.
std::string line_of(const AccessRecord& record, bool json) {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "access.log").string();
  {
    auto log = AccessLog::open(path, json);
    AccessLogBuffer buffer(log->get());
    buffer.append(record);
    buffer.flush();
    // The log's end writes what it has been given.
  }
  return content_of(path);
}

TEST(AccessLog, WritesOneJsonDocumentALine) {
  AccessRecord record;
  record.client_ip = "192.0.2.1";
  record.method = "GET";
  record.host = "gateway.test";
  record.path = "/a\"b\\\xc3\xa9\n";
  record.status = 200;
  record.content_bytes = 5;
  record.duration = std::chrono::microseconds{1500};
  record.user = "alice";
  record.complete = false;
  const std::string line = line_of(record, true);
  ASSERT_EQ(std::ranges::count(line, '\n'), 1);
  const boost::json::object parsed = boost::json::parse(line).as_object();
  EXPECT_EQ(parsed.at("client_ip"), "192.0.2.1");
  EXPECT_EQ(parsed.at("path"), "/a\"b\\\xc3\x83\xc2\xa9\n") << "octets, not code points";
  EXPECT_EQ(parsed.at("status"), 200);
  EXPECT_EQ(parsed.at("bytes"), 5);
  EXPECT_EQ(parsed.at("duration_us"), 1500);
  EXPECT_EQ(parsed.at("end"), "cut short");
  EXPECT_FALSE(parsed.contains("reason")) << "what is not known is left out";
  EXPECT_EQ(parsed.at("time").as_string().size(), std::string_view("2026-11-21T04:00:00.000Z").size());
}

TEST(AccessLog, NothingThatAPeerSentBeginsANewLineOfText) {
  AccessRecord record;
  record.path = "/x\n2026 forged\r\x1b[2J";
  const std::string line = line_of(record, false);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_EQ(line.find('\r'), std::string::npos);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find(R"( path="/x\u000a2026 forged)"), std::string::npos);
}

TEST(AccessLog, AppendsToWhatIsThereAndSaysWhenItCannot) {
  const testing::TemporaryDirectory directory;
  const std::string path = (directory.path() / "access.log").string();
  for (int i = 0; i < 2; ++i) {
    auto log = AccessLog::open(path, true);
    AccessLogBuffer(log->get()).append(of_method("GET"));
  }
  const std::string text = content_of(path);
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_FALSE(AccessLog::open((directory.path() / "none" / "access.log").string(), true));
}

TEST(AccessLog, CountsWhatItCannotWrite) {
  auto log = AccessLog::open("/dev/full", true);
  ASSERT_TRUE(log);
  AccessLogBuffer buffer(log->get());
  buffer.append(of_method("GET"));
  buffer.append(of_method("GET"));
  buffer.flush();
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  while ((*log)->dropped() < 2 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
  EXPECT_EQ((*log)->dropped(), 2U);
}

TEST(AccessLogBuffer, IsSilentWithoutALog) {
  AccessLogBuffer buffer(nullptr);
  EXPECT_FALSE(buffer.enabled());
  buffer.append(of_method("GET"));
  buffer.flush();
}

TEST(AppendJsonEscaped, EscapesAllThatIsNotVisibleAscii) {
  std::string out;
  append_json_escaped(out, std::string_view("a\"\\\0\x1f\x7f\xff", 7));
  EXPECT_EQ(out, R"(a\"\\\u0000\u001f\u007f\u00ff)");
}

}  // namespace
}  // namespace bearward::telemetry
