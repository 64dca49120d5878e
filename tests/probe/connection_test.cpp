#include "probe/connection.h"

#include <gtest/gtest.h>

#include "support/certificates.h"
#include "support/free_port.h"
#include "support/recording_upstream.h"

namespace bearward::probe {
namespace {

using testing::RecordingUpstream;
using testing::UpstreamExchange;

/// What `send_bytes` makes of a server that says `bytes` and then, maybe, ends the connection.
Result<Answer, std::string> answer_to(const std::string& bytes, bool close, std::chrono::milliseconds quiet = {}) {
  RecordingUpstream server;
  server.behave([&](UpstreamExchange& exchange) {
    exchange.send(bytes);
    if (close) exchange.close();
  });
  const Address address{.host = "127.0.0.1", .port = server.port(), .server_name = {}, .ca_file = {}};
  return send_bytes(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", std::chrono::seconds{5}, quiet);
}

TEST(SendBytes, ReadsOneAnswerHoweverItIsFramed) {
  struct Case {
    const char* sentence;
    const char* bytes;
    bool close;
    int status;
    const char* content;
  };
  const Case cases[] = {
      {"by its length", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", false, 200, "ok"},
      {"without content", "HTTP/1.1 204 No Content\r\n\r\n", false, 204, ""},
      {"to the end of the connection", "HTTP/1.1 403 Forbidden\r\n\r\nno", true, 403, "no"},
      {"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", false, 200,
       "2\r\nok\r\n0\r\n\r\n"},
      {"after an interim one", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
       false, 401, ""},
      {"cut short", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", true, 200, "ok"},
      {"none", "", true, 0, ""},
      {"no HTTP", "220 mail.test\r\n\r\n", true, 0, ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto answer = answer_to(c.bytes, c.close);
    ASSERT_TRUE(answer) << answer.error();
    EXPECT_EQ(answer->status, c.status);
    EXPECT_EQ(answer->content, c.content);
    EXPECT_FALSE(answer->more);
  }
}

TEST(SendBytes, FindsAFieldWhateverItsCase) {
  const auto answer = answer_to("HTTP/1.1 401 No\r\nx-request-ID:  abc\r\nContent-Length: 0\r\n\r\n", false);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->field("X-Request-Id"), "abc");
  EXPECT_EQ(answer->field("X-Other"), "");
}

TEST(SendBytes, SeesASecondAnswer) {
  const std::string one = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  EXPECT_TRUE(answer_to(one + one, false, std::chrono::seconds{5})->more);
  EXPECT_FALSE(answer_to(one, true, std::chrono::seconds{5})->more);
}

TEST(SendBytes, SaysWhyThereIsNoConnection) {
  const Address nobody{.host = "127.0.0.1", .port = testing::free_port(), .server_name = {}, .ca_file = {}};
  const auto refused = send_bytes(nobody, "x");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().find("cannot connect to 127.0.0.1:"), std::string::npos) << refused.error();
  const Address named{.host = "localhost", .port = 1, .server_name = {}, .ca_file = {}};
  EXPECT_EQ(send_bytes(named, "x").error(), "\"localhost\" is no IP address");
  RecordingUpstream plain;
  const Address no_tls{
      .host = "127.0.0.1", .port = plain.port(), .tls = true, .server_name = {}, .ca_file = "/nonexistent.pem"};
  EXPECT_NE(send_bytes(no_tls, "x").error().find("/nonexistent.pem"), std::string::npos);
}

}  // namespace
}  // namespace bearward::probe
