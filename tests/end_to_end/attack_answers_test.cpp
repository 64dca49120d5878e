#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

/// Answers that are malformed, ambiguous, endless or torn: a client gets 502, or an end that nobody takes for a whole
/// answer; never what the next request would be answered with.
class AttackAnswers : public SharedSiteTest<AttackAnswers> {
 public:
  static void configure(GatewayConfig& config) {
    config.upstream("response_timeout: 5s");
    config.set("limits", "{idle_timeout: 5s}");
  }

 protected:
  static void answer_with(const std::string& answer, bool close = true) {
    upstream().behave([answer, close](UpstreamExchange& exchange) {
      exchange.read_content();
      exchange.send(answer);
      if (close) exchange.close();
    });
  }
  /// The same client's next request, over a connection that knows nothing of the last.
  static void expect_next_is_well(RawClient& connection) {
    upstream().start_over();
    EXPECT_EQ(connection.exchange(request("GET", "/public/next")).content, "GET /public/next 0\n");
  }
};

std::string ok(const std::string& fields, const std::string& content = "hello") {
  return "HTTP/1.1 200 OK\r\n" + fields + "\r\n" + content;
}
std::string chunked(const std::string& content) { return ok("Transfer-Encoding: chunked\r\n", content); }

TEST_F(AttackAnswers, ThatNoTwoClientsWouldReadAlikeAre502) {
  std::vector<std::string> answers;
  for (const std::string& line : {"HTTP/1.1 099 OK"s,
                                  "HTTP/1.1 99 OK"s,
                                  "HTTP/1.1 9 OK"s,
                                  "HTTP/1.1 000 OK"s,
                                  "HTTP/1.1 600 OK"s,
                                  "HTTP/1.1 999 OK"s,
                                  "HTTP/1.1 1000 OK"s,
                                  "HTTP/1.1 2000 OK"s,
                                  "HTTP/1.1 20 OK"s,
                                  "HTTP/1.1 abc OK"s,
                                  "HTTP/1.1 2x0 OK"s,
                                  "HTTP/1.1 -200 OK"s,
                                  "HTTP/1.1 +20 OK"s,
                                  "HTTP/1.1 0x8 OK"s,
                                  "HTTP/1.1  200 OK"s,
                                  "HTTP/1.1\t200 OK"s,
                                  "HTTP/1.1 200\tOK"s,
                                  "HTTP/1.1 200OK"s,
                                  "HTTP/1.1 OK"s,
                                  "HTTP/1.1"s,
                                  "HTTP/1.1 "s,
                                  "HTTP/1.1200 OK"s,
                                  "HTTP/1.1 200 O\0K"s,
                                  "HTTP/1.1 200 O\rK"s,
                                  "HTTP/1.1 200 O\x01K"s,
                                  "HTTP/1.1 200 O\x7fK"s,
                                  "HTTP/2.0 200 OK"s,
                                  "HTTP/3.0 200 OK"s,
                                  "HTTP/1.2 200 OK"s,
                                  "HTTP/0.9 200 OK"s,
                                  "HTTP/1 200 OK"s,
                                  "HTTP/11 200 OK"s,
                                  "HTTP/1.10 200 OK"s,
                                  "http/1.1 200 OK"s,
                                  "HTTP /1.1 200 OK"s,
                                  " HTTP/1.1 200 OK"s,
                                  "ICY 200 OK"s,
                                  "SSH-2.0-OpenSSH_9.2"s,
                                  "220 mail.test ESMTP"s,
                                  "+OK ready"s,
                                  "\x15\x03\x03\x00\x02\x02\x0a"s,
                                  "\0HTTP/1.1 200 OK"s,
                                  "\xef\xbb\xbfHTTP/1.1 200 OK"s,
                                  "<html>hello</html>"s,
                                  "{}"s}) {
    answers.push_back(line + "\r\nContent-Length: 5\r\n\r\nhello");
  }
  for (const std::string& fields : {"Content-Length: 5\r\nContent-Length: 5\r\n"s,
                                    "Content-Length: 5\r\nContent-Length: 6\r\n"s,
                                    "Content-Length: 5, 5\r\n"s,
                                    "Content-Length: +5\r\n"s,
                                    "Content-Length: -5\r\n"s,
                                    "Content-Length: 0x5\r\n"s,
                                    "Content-Length: 5 \t5\r\n"s,
                                    "Content-Length: five\r\n"s,
                                    "Content-Length:\r\n"s,
                                    "Content-Length: 5;\r\n"s,
                                    "Content-Length: 99999999999999999999999\r\n"s,
                                    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"s,
                                    "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"s,
                                    "Transfer-Encoding: gzip\r\n"s,
                                    "Transfer-Encoding: gzip, chunked\r\n"s,
                                    "Transfer-Encoding: chunked, gzip\r\n"s,
                                    "Transfer-Encoding: identity\r\n"s,
                                    "Transfer-Encoding: xchunked\r\n"s,
                                    "Transfer-Encoding:\r\n"s,
                                    "Transfer-Encoding: \vchunked\r\n"s,
                                    "Transfer-Encoding: chunked, chunked\r\n"s,
                                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"s,
                                    "Transfer_Encoding: chunked\r\n"s,
                                    "Content_Length: 5\r\n"s,
                                    "Content-Length : 5\r\n"s,
                                    "Content-Length\t: 5\r\n"s,
                                    " Content-Length: 5\r\n"s,
                                    "X : y\r\nContent-Length: 5\r\n"s,
                                    "X: y\r\n z\r\nContent-Length: 5\r\n"s,
                                    "X: y\r\n\tz\r\nContent-Length: 5\r\n"s,
                                    "X: \0\r\nContent-Length: 5\r\n"s,
                                    "X: a\rb\r\nContent-Length: 5\r\n"s,
                                    "X: a\nContent-Length: 5\r\n"s,
                                    "X: \x01\r\nContent-Length: 5\r\n"s,
                                    "X\r\nContent-Length: 5\r\n"s,
                                    ": y\r\nContent-Length: 5\r\n"s,
                                    "X Y: z\r\nContent-Length: 5\r\n"s,
                                    "X\xe4: y\r\nContent-Length: 5\r\n"s,
                                    "<x>: y\r\nContent-Length: 5\r\n"s,
                                    "X: " + std::string(70'000, 'y') + "\r\nContent-Length: 5\r\n"}) {
    answers.push_back(ok(fields));
  }
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  answers.push_back(ok(many));
  std::string interim;
  for (int i = 0; i < 20; ++i) interim += "HTTP/1.1 103 Early Hints\r\n\r\n";
  for (
      const std::string& answer :
      {"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"s, "HTTP/1.1 200 OK\r\nContent-Length: 5\n\nhello"s,
       "HTTP/1.1 200 OK\rContent-Length: 5\r\rhello"s, ""s, "\r\n"s, "H"s, "HTTP/1.1 200"s, "HTTP/1.1 200 OK\r\n"s,
       "HTTP/1.1 200 OK\r\nContent-Le"s, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"s,
       "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r"s,
       "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"s,
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"s,
       "HTTP/1.1 100 Continue\r\n"s, "HTTP/1.1 100 Continue\r\n\r\n"s,
       "HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"s,
       "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"s,
       "HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n\r\n"s}) {
    answers.push_back(answer);
  }
  for (const std::string& answer : answers) {
    SCOPED_TRACE(answer.substr(0, 80));
    upstream().start_over();
    answer_with(answer);
    RawClient connection = client();
    connection.send(request("POST", "/public/x", "", "content"));
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, 502);
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
    EXPECT_EQ(response.content.find("hello"), std::string::npos);
    expect_next_is_well(connection);
  }
  upstream().start_over();
  answer_with(interim + ok("Content-Length: 5\r\n"));
  EXPECT_EQ(send(request("POST", "/public/x", "", "content")).status, 502) << "interim responses without end";
}

TEST_F(AttackAnswers, ThatBreakOffNeverLookWhole) {
  const std::string answers[] = {ok("Content-Length: 20\r\n"),
                                 ok("Content-Length: 6\r\n"),
                                 ok("Content-Length: 1000000\r\n", std::string(500'000, 'x')),
                                 chunked(""),
                                 chunked("5"),
                                 chunked("5\r"),
                                 chunked("5\r\n"),
                                 chunked("5\r\nhel"),
                                 chunked("5\r\nhello"),
                                 chunked("5\r\nhello\r\n"),
                                 chunked("5\r\nhello\r\n0"),
                                 chunked("5\r\nhello\r\n0\r\n"),
                                 chunked("5\r\nhello\r\n0\r\n\r"),
                                 chunked("5\r\nhello\r\n0\r\nX: y\r\n"),
                                 chunked("5\r\nhello\r\nzz\r\n"),
                                 chunked("5\nhello\r\n0\r\n\r\n"),
                                 chunked("5\r\nhello!\r\n0\r\n\r\n"),
                                 chunked("5\r\nhell\r\n0\r\n\r\n"),
                                 chunked("+5\r\nhello\r\n0\r\n\r\n"),
                                 chunked("0x5\r\nhello\r\n0\r\n\r\n"),
                                 chunked(" 5\r\nhello\r\n0\r\n\r\n"),
                                 chunked("5 \r\nhello\r\n0\r\n\r\n"),
                                 chunked("5\r\nhello\n0\r\n\r\n"),
                                 chunked("5\r\nhello\r\n0\r\n\n"),
                                 chunked("5\r\nhello\r\n0\n\n"),
                                 chunked("5\r\nhello\r\n0\r\nX : y\r\n\r\n"),
                                 chunked("5\r\nhello\r\n0\r\nX\r\n\r\n"),
                                 chunked("5\r\nhello\r\n-1\r\n\r\n"),
                                 chunked("5\r\nhello\r\nfffffffffffffffff\r\n"),
                                 chunked("5;" + std::string(300, 'a') + "\r\nhello\r\n0\r\n\r\n"),
                                 chunked("5\r\nhello\r\n\r\n0\r\n\r\n")};
  for (const std::string& answer : answers) {
    SCOPED_TRACE(answer.substr(0, 80));
    for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
      upstream().start_over();
      answer_with(answer);
      RawClient connection = client();
      connection.send("GET /public/x "s + version + "\r\nHost: a\r\n\r\n");
      const Response response = connection.read_response();
      EXPECT_TRUE(response.status == 200 || response.status == 502 || response.status == 0) << response.status;
      if (response.status == 502) continue;  // known before anything was sent
      EXPECT_FALSE(response.complete) << version;
      EXPECT_EQ(connection.wait_for_end(), Ending::reset) << version;
    }
  }
}

TEST_F(AttackAnswers, WithMoreThanWasAskedForGiveNothingToTheNext) {
  const std::string stolen = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen";
  struct Case {
    const char* name;
    const char* method;
    std::string answer;
    int status = 200;
  };
  const Case cases[] = {
      {"a second answer", "GET", ok("Content-Length: 5\r\n") + stolen},
      {"a second answer behind chunks", "GET", chunked("5\r\nhello\r\n0\r\n\r\n") + stolen},
      {"content behind HEAD", "HEAD", ok("Content-Length: 46\r\n", stolen)},
      {"chunks behind HEAD", "HEAD", chunked("5\r\nhello\r\n0\r\n\r\n")},
      {"content behind 204", "GET", "HTTP/1.1 204 No Content\r\n\r\n" + stolen, 204},
      {"a length behind 204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 46\r\n\r\n" + stolen, 204},
      {"content behind 304", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 46\r\n\r\n" + stolen, 304},
      {"no length, so until the end", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello" + stolen},
      {"an interim answer behind", "GET", ok("Content-Length: 5\r\n") + "HTTP/1.1 103 Early Hints\r\n\r\n"},
      {"an empty line behind", "GET", ok("Content-Length: 5\r\n") + "\r\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    upstream().start_over();
    answer_with(c.answer, std::string(c.name).starts_with("no length"));
    RawClient connection = client();
    connection.send(std::string(c.method) + " /public/x HTTP/1.1\r\nHost: a\r\n\r\n");
    const Response response = connection.read_response(c.method == "HEAD"s);
    EXPECT_EQ(response.status, c.status);
    EXPECT_TRUE(response.complete);
    if (c.status == 200 && c.method == "GET"s) {
      EXPECT_TRUE(response.content.starts_with("hello"));
    }
    if (c.status == 204) {
      EXPECT_FALSE(response.fields.find("Content-Length"));
    }
    for (int i = 0; i < 3; ++i) expect_next_is_well(connection);
  }
}

TEST_F(AttackAnswers, ThatAreOddButClearPass) {
  struct Case {
    const char* name;
    std::string answer;
    std::string content = "hello";
  };
  const Case cases[] = {
      {"no reason phrase", "HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello"},
      {"an empty reason phrase", "HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhello"},
      {"a reason phrase of octets over 127", "HTTP/1.1 200 \xc3\xa4\r\nContent-Length: 5\r\n\r\nhello"},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
      {"zeros in front of a length", ok("Content-Length: 005\r\n")},
      {"a coding in capitals", ok("TRANSFER-ENCODING: Chunked\r\n", "5\r\nhello\r\n0\r\n\r\n")},
      {"extensions and trailers", chunked("5;a=\"b\"\r\nhello\r\n0;c\r\nX: y\r\n\r\n")},
      {"an interim answer first", "HTTP/1.1 102 Processing\r\n\r\n" + ok("Content-Length: 5\r\n")},
      {"no content", ok("Content-Length: 0\r\n", ""), ""},
      {"a status that nobody knows", "HTTP/1.1 299 Odd\r\nContent-Length: 5\r\n\r\nhello"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    upstream().start_over();
    answer_with(c.answer);
    const Response response = send(request("GET", "/public/x"));
    EXPECT_EQ(response.status / 100, 2);
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.content, c.content);
  }
}

}  // namespace
}  // namespace bearward::testing
