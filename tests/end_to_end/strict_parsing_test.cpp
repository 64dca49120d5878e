#include <gtest/gtest.h>

#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

class StrictParsing : public SharedSiteTest<StrictParsing> {
 public:
  static void configure(GatewayConfig& config) { config.set("limits", "{request_body: 1MiB}"); }

 protected:
  /// Refused, the connection ended, and a request that stood behind it was not looked at: nothing of what was
  /// sent reached the upstream.
  static void expect_refused(const std::string& bytes, int status) {
    RawClient connection = client();
    connection.send(bytes + request("GET", "/public/smuggled"));
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, status);
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.field("Connection"), "close");
    EXPECT_EQ(connection.wait_for_end(), Ending::ended);
    EXPECT_EQ(upstream().received_bytes(), 0);
  }

  static std::string with_fields(const std::string& fields, const std::string& content = "") {
    return "POST /public/x HTTP/1.1\r\nHost: gateway.test\r\n" + fields + "\r\n" + content;
  }
};

TEST_F(StrictParsing, RefusesLengthsThatTwoServersCouldReadDifferently) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"both", with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"both, the other way round", with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")},
      {"two that differ", with_fields("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
      {"a list that differs", with_fields("Content-Length: 5, 6\r\n", "hello")},
      {"a sign", with_fields("Content-Length: +5\r\n", "hello")},
      {"below zero", with_fields("Content-Length: -5\r\n", "hello")},
      {"hexadecimal", with_fields("Content-Length: 0x5\r\n", "hello")},
      {"a space inside", with_fields("Content-Length: 1 0\r\n", "hello")},
      {"empty", with_fields("Content-Length: \r\n")},
      {"more than 64 bits", with_fields("Content-Length: 18446744073709551621\r\n", "hello")},
      {"an underscore for the hyphen", with_fields("Content_Length: 5\r\n", "hello")},
      {"an underscore in the coding's name", with_fields("Transfer_Encoding: chunked\r\n", "0\r\n\r\n")},
      {"a coding nobody knows", with_fields("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
      {"identity", with_fields("Transfer-Encoding: identity\r\n")},
      {"chunked not last", with_fields("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")},
      {"chunked twice", with_fields("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
      {"chunked in two fields",
       with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
      {"chunked in quotes", with_fields("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n")},
      {"a vertical tab before chunked", with_fields("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
      {"chunked in HTTP/1.0", "POST /public/x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(c.bytes, 400);
  }
}

TEST_F(StrictParsing, RefusesFieldLinesThatTwoServersCouldReadDifferently) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"bare LF after the request line", "GET /public/x HTTP/1.1\nHost: a\r\n\r\n"},
      {"bare LF after a field", with_fields("X-A: b\nX-C: d\r\n")},
      {"bare LF at the end", "GET /public/x HTTP/1.1\r\nHost: a\r\n\n"},
      {"bare CR in a value", with_fields("X-A: b\rX-C: d\r\n")},
      {"space before the colon", with_fields("X-A : b\r\n")},
      {"tab before the colon", with_fields("X-A\t: b\r\n")},
      {"space in a name", with_fields("X A: b\r\n")},
      {"obsolete folding", with_fields("X-A: b\r\n c\r\n")},
      {"folding with a tab", with_fields("X-A: b\r\n\tc\r\n")},
      {"folding of the first line", "GET /public/x HTTP/1.1\r\n Host: a\r\nHost: a\r\n\r\n"},
      {"NUL in a value", with_fields("X-A: b\0c\r\n"s)},
      {"NUL in a name", with_fields("X-\0A: b\r\n"s)},
      {"a control octet in a value", with_fields("X-A: b\x01"s
                                                 "c\r\n")},
      {"DEL in a value", with_fields("X-A: b\x7f"s
                                     "c\r\n")},
      {"an octet over 127 in a name", with_fields("X-\xe4: b\r\n")},
      {"no colon", with_fields("X-A\r\n")},
      {"no name", with_fields(": b\r\n")},
      {"a parenthesis in a name", with_fields("X-(A): b\r\n")},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(c.bytes, 400);
  }
}

TEST_F(StrictParsing, RefusesHostsThatAreMissingDoubtfulOrTwo) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const auto with_host = [](const std::string& value) {
    return "GET /public/x HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
  };
  const Case cases[] = {
      {"none", "GET /public/x HTTP/1.1\r\n\r\n"},
      {"two", "GET /public/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"the same twice", "GET /public/x HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
      {"a list", with_host("a, b")},
      {"a space inside", with_host("gate way")},
      {"user information", with_host("admin@gateway.test")},
      {"a path", with_host("gateway.test/x")},
      {"a port over 65535", with_host("gateway.test:65536")},
      {"a port that is no number", with_host("gateway.test:80x")},
      {"two ports", with_host("gateway.test:80:80")},
      {"an open bracket", with_host("[::1")},
      {"no IPv6 address", with_host("[gateway]")},
      {"another than the target's", "GET http://gateway.test/public/x HTTP/1.1\r\nHost: evil.test\r\n\r\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(c.bytes, 400);
  }
}

TEST_F(StrictParsing, RefusesRequestLinesThatAreNotToTheLetter) {
  struct Case {
    const char* name;
    std::string line;
    int status = 400;
  };
  const Case cases[] = {
      {"two spaces", "GET  /public/x HTTP/1.1"},
      {"a tab for a space", "GET\t/public/x HTTP/1.1"},
      {"a space at the end", "GET /public/x HTTP/1.1 "},
      {"no version", "GET /public/x"},
      {"a space in the target", "GET /public/x y HTTP/1.1"},
      {"an invalid method", "G@T /public/x HTTP/1.1"},
      {"no slash", "GET public/x HTTP/1.1"},
      {"the asterisk of OPTIONS", "GET * HTTP/1.1"},
      {"a fragment", "GET /public/x#y HTTP/1.1"},
      {"another scheme", "GET ftp://gateway.test/public/x HTTP/1.1"},
      {"http in lower case", "GET /public/x http/1.1"},
      {"a version of two digits", "GET /public/x HTTP/1.10"},
      {"another protocol", "\x16\x03\x01\x02\x01\x01"s},
      {"HTTP/2 in the request line", "GET /public/x HTTP/2.0", 505},
      {"CONNECT", "CONNECT gateway.test:443 HTTP/1.1", 501},
      {"TRACE", "TRACE /public/x HTTP/1.1", 501},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_refused(c.line + "\r\nHost: gateway.test\r\n\r\n", c.status);
  }
}

TEST_F(StrictParsing, RefusesPathsThatServersResolveDifferently) {
  for (const char* path :
       {"/public/a%2fb", "/public/a%2Fb", "/public/a%5cb", "/public/a%00b", "/public/a\\b", "/..", "/../public/x",
        "/public/../../x", "/%2e%2e/public/x", "/public/%2e%2E/..", "/public/a%2", "/public/a%zz", "/public/a%",
        "/public/..;/api/x", "/public/.;x=y/api", "/public/\x01", "/public/\x7f", "/public/\xc3\xa9"}) {
    SCOPED_TRACE(path);
    expect_refused(request("GET", path), 400);
  }
}

TEST_F(StrictParsing, NormalisesAPathOnceForRoutingAndTheUpstream) {
  struct Case {
    const char* sent;
    const char* seen;
  };
  const Case cases[] = {
      {"/public/x", "/public/x"},
      {"/public/./x", "/public/x"},
      {"/public//x", "/public/x"},
      {"//public/x", "/public/x"},
      {"/other/../public/x", "/public/x"},
      {"/%70ublic/%78", "/public/x"},
      {"/other/%2e%2e/public/x", "/public/x"},
      {"/public/x/.", "/public/x/"},
      {"/public/x/y/..", "/public/x/"},
      {"/public/%7euser", "/public/~user"},
      {"/public/%c3%a9", "/public/%C3%A9"},
      {"/public/%252e%252e/x", "/public/%252e%252e/x"},
      {"/public/x?next=//a/../%2f%2e", "/public/x?next=//a/../%2f%2e"},
      {"/public/x?", "/public/x?"},
      {"http://gateway.test/public/x?q", "/public/x?q"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sent);
    EXPECT_EQ(send(request("GET", c.sent)).status, 200);
    EXPECT_EQ(upstream().last().target, c.seen);
  }
}

TEST_F(StrictParsing, AppliesTheRuleOfTheNormalisedPath) {
  for (const char* path : {"/public/../api/x", "/public/%2e%2e/api/x", "/public/x/..//..//api/x", "//api/x", "/%61pi/x",
                           "/./api/x", "/public/./../api/x"}) {
    SCOPED_TRACE(path);
    EXPECT_EQ(send(request("GET", path)).status, 401);
  }
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(StrictParsing, EndsTheExchangeAtABadChunk) {
  struct Case {
    const char* name;
    std::string content;
  };
  const Case cases[] = {
      {"no number", "x\r\nhello\r\n0\r\n\r\n"},
      {"a space before the size", " 5\r\nhello\r\n0\r\n\r\n"},
      {"a space after the size", "5 \r\nhello\r\n0\r\n\r\n"},
      {"a sign", "+5\r\nhello\r\n0\r\n\r\n"},
      {"a prefix", "0x5\r\nhello\r\n0\r\n\r\n"},
      {"bare LF after the size", "5\nhello\r\n0\r\n\r\n"},
      {"bare LF after the data", "5\r\nhello\n0\r\n\r\n"},
      {"a chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n"},
      {"a size over 64 bits", "10000000000000005\r\nhello\r\n0\r\n\r\n"},
      {"a control octet in an extension", "5;a=\x01\r\nhello\r\n0\r\n\r\n"},
      {"a bad trailer", "5\r\nhello\r\n0\r\nX A: b\r\n\r\n"},
      {"bare LF at the end", "5\r\nhello\r\n0\r\n\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient connection = client();
    connection.send(with_fields("Transfer-Encoding: chunked\r\n", c.content) + request("GET", "/public/smuggled"));
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    ASSERT_TRUE(upstream().wait_for_requests(1));
    for (const RecordedRequest& each : upstream().requests()) {
      EXPECT_FALSE(each.complete) << each.head;  // what had begun never looked whole
      EXPECT_EQ(each.target, "/public/x");
    }
    upstream().start_over();
  }
}

TEST_F(StrictParsing, TakesWhatIsUnusualButClear) {
  struct Case {
    const char* name;
    std::string bytes;
  };
  const Case cases[] = {
      {"an empty line first", "\r\nGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no space after the colon", "GET /public/x HTTP/1.1\r\nHost:a\r\n\r\n"},
      {"tabs around a value", "GET /public/x HTTP/1.1\r\nHost: \t a \t\r\n\r\n"},
      {"an empty value", "GET /public/x HTTP/1.1\r\nHost: a\r\nX-A:\r\n\r\n"},
      {"a method nobody knows", "FROBNICATE /public/x HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"an IPv6 host with a port", "GET /public/x HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
      {"octets over 127 in a value", "GET /public/x HTTP/1.1\r\nHost: a\r\nX-A: \xc3\xa9\r\n\r\n"},
      {"chunk extensions", with_fields("Transfer-Encoding: Chunked\r\n", "5;a=\"b\"\r\nhello\r\n0\r\n\r\n")},
      {"trailers", with_fields("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n")},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(send(c.bytes).status, 200);
  }
}

TEST_F(StrictParsing, RefusesAnExpectationItCannotMeet) { expect_refused(with_fields("Expect: 200-ok\r\n"), 417); }

}  // namespace
}  // namespace bearward::testing
