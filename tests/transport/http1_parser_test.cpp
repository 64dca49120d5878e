#include "transport/http1_parser.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace bearward::transport {
namespace {

/// A head and the memory that its views point into.
struct Parsed {
  std::string data;
  std::unique_ptr<FieldStorage> storage = std::make_unique<FieldStorage>();
  Result<http::RequestHead, HeadError> head = std::unexpected(HeadError{0, "not parsed"});
};

/// As a connection reads it: the end is looked for first, then all of it is parsed.
Parsed parse(std::string data) {
  Parsed parsed;
  parsed.data = std::move(data);
  std::size_t scanned = 0;
  const auto end = find_head_end(parsed.data, scanned);
  if (!end) {
    parsed.head = std::unexpected(end.error());
  } else if (end->bytes != parsed.data.size()) {
    parsed.head = std::unexpected(HeadError{-1, "incomplete"});
  } else {
    parsed.head = parse_request_head(parsed.data, *parsed.storage);
  }
  return parsed;
}

TEST(ParseRequestHead, ReadsWhatIsClear) {
  const Parsed parsed = parse(
      "POST /a/%62?q=1 HTTP/1.1\r\nHost: Gateway.TEST:8443\r\nContent-Length: 5\r\nX-Empty:\r\n"
      "x-spaced: \t a  b \t\r\nExpect: 100-Continue\r\n\r\n");
  ASSERT_TRUE(parsed.head) << parsed.head.error().reason;
  const http::RequestHead& head = *parsed.head;
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target.path, "/a/b");
  EXPECT_EQ(head.target.query, "?q=1");
  EXPECT_EQ(head.authority.host, "gateway.test");
  EXPECT_EQ(head.authority.port, "8443");
  EXPECT_EQ(head.framing, http::Framing::length);
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.expects_continue);
  ASSERT_EQ(head.fields.size(), 5U);
  EXPECT_EQ(head.fields[2].value, "");
  EXPECT_EQ(head.fields[3].name, "x-spaced");
  EXPECT_EQ(head.fields[3].value, "a  b");
}

TEST(ParseRequestHead, TellsWhetherTheConnectionStays) {
  struct Case {
    const char* name;
    const char* head;
    bool keep_alive;
  };
  const Case cases[] = {
      {"HTTP/1.1", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
      {"close", "GET / HTTP/1.1\r\nHost: a\r\nConnection: X, CLOSE\r\n\r\n", false},
      {"close wins", "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nConnection: close\r\n\r\n", false},
      {"HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", false},
      {"HTTP/1.0 that asks for it", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Parsed parsed = parse(c.head);
    ASSERT_TRUE(parsed.head);
    EXPECT_EQ(parsed.head->keep_alive, c.keep_alive);
  }
}

TEST(ParseRequestHead, RefusesWhatTwoServersCouldReadDifferently) {
  struct Case {
    const char* name;
    std::string head;
    int status = 400;
  };
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
  const Case cases[] = {
      {"bare LF in the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"bare LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n"},
      {"bare LF at the end", get + "\n"},
      {"bare CR in a value", get + "X: a\rb\r\n\r\n"},
      {"bare CR in a name", get + "X\rY: a\r\n\r\n"},
      {"CR before the line's end", get + "X: a\r\r\n\r\n"},
      {"CR before the empty line", get + "\r\r\n\r\n"},
      {"NUL in a value", get + std::string("X: a\0b\r\n\r\n", 10)},
      {"NUL in a name", get + std::string("X\0: b\r\n\r\n", 9)},
      {"DEL in a value", get + "X: \x7f\r\n\r\n"},
      {"control octet in a value", get + "X: \x0b\r\n\r\n"},
      {"space before the colon", get + "X : a\r\n\r\n"},
      {"space before Content-Length's colon", post + "Content-Length : 5\r\n\r\n"},
      {"tab before the colon", get + "X\t: a\r\n\r\n"},
      {"obsolete folding", get + "X: a\r\n b\r\n\r\n"},
      {"obsolete folding of the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"no colon", get + "X\r\n\r\n"},
      {"no name", get + ": a\r\n\r\n"},
      {"a name that is no token", get + "X(Y): a\r\n\r\n"},
      {"a name beyond ASCII", get + "\xc3\xa9: a\r\n\r\n"},
      {"no Host", "GET / HTTP/1.1\r\n\r\n"},
      {"two Hosts", get + "Host: b\r\n\r\n"},
      {"two equal Hosts", get + "host: a\r\n\r\n"},
      {"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
      {"a Host with user information", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"},
      {"a Host that is a list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"},
      {"target and Host disagree", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"target and Host disagree about the port", "GET http://a:81/ HTTP/1.1\r\nHost: a:80\r\n\r\n"},
      {"both length and coding", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"two lengths that differ", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"},
      {"two lengths that agree", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"},
      {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\n"},
      {"a length with a sign", post + "Content-Length: +5\r\n\r\n"},
      {"a negative length", post + "Content-Length: -5\r\n\r\n"},
      {"a hexadecimal length", post + "Content-Length: 0x5\r\n\r\n"},
      {"an empty length", post + "Content-Length:\r\n\r\n"},
      {"a length that overflows", post + "Content-Length: 99999999999999999999\r\n\r\n"},
      {"a length that only a CGI server reads", post + "Content_Length: 5\r\n\r\n"},
      {"a coding that only a CGI server reads", post + "Transfer_Encoding: chunked\r\n\r\n"},
      {"two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"chunked twice", post + "Transfer-Encoding: chunked, chunked\r\n\r\n"},
      {"a coding before chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n"},
      {"identity", post + "Transfer-Encoding: identity\r\n\r\n"},
      {"an unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n"},
      {"an empty coding", post + "Transfer-Encoding:\r\n\r\n"},
      {"a coding with vertical tab", post + "Transfer-Encoding: \x0b"
                                            "chunked\r\n\r\n"},
      {"a coding in quotes", post + "Transfer-Encoding: \"chunked\"\r\n\r\n"},
      {"a coding in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"a space at the line's end", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {"a tab in the request line", "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no version", "GET /\r\nHost: a\r\n\r\n"},
      {"a lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"},
      {"a malformed version", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
      {"HTTP/2 in clear", "PRI * HTTP/2.0\r\n\r\n", 505},
      {"HTTP/0.9's version", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
      {"a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"TLS on a clear port", std::string("\x16\x03\x01\x02\x00\x01", 6)},
      {"a leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"an encoded slash", "GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"climbing", "GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"the server itself, but not OPTIONS", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"an expectation twice", post + "Content-Length: 1\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n", 417},
      {"a second expectation", post + "Content-Length: 1\r\nExpect: 100-continue\r\nExpect: x\r\n\r\n", 417},
      {"an unknown expectation", post + "Content-Length: 1\r\nExpect: the-unexpected\r\n\r\n", 417}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Parsed parsed = parse(c.head);
    ASSERT_FALSE(parsed.head);
    EXPECT_EQ(parsed.head.error().status, c.status) << parsed.head.error().reason;
  }
}

TEST(ParseRequestHead, BoundsItsFieldsAndConnectionOptions) {
  const auto with_fields = [](std::size_t count) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (std::size_t i = 1; i < count; ++i) head += "X: y\r\n";
    return parse(head + "\r\n");
  };
  EXPECT_TRUE(with_fields(most_fields).head);
  ASSERT_FALSE(with_fields(most_fields + 1).head);
  EXPECT_EQ(with_fields(most_fields + 1).head.error().status, 431);

  const auto with_options = [](int count) {
    std::string head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close";
    for (int i = 0; i < count; ++i) head += ",x" + std::to_string(i);
    return parse(head + "\r\nConnection: keep-alive\r\n\r\n");
  };
  EXPECT_TRUE(with_options(16).head);
  EXPECT_FALSE(with_options(17).head) << "what does not fit would be forwarded";
}

TEST(ParseRequestHead, TakesAbsoluteFormThatAgreesWithHost) {
  const Parsed parsed = parse("GET HTTP://A.test:80/x HTTP/1.1\r\nHost: a.TEST:80\r\n\r\n");
  ASSERT_TRUE(parsed.head);
  EXPECT_EQ(parsed.head->authority.host, "a.test");
  EXPECT_EQ(parsed.head->target.path, "/x");
}

TEST(ParseTrailers, AreFieldsAsThoseOfAHead) {
  const auto trailers = parse_trailers("X-Sum:  42 \r\nserver-timing:\r\n");
  ASSERT_TRUE(trailers);
  ASSERT_EQ(trailers->size(), 2U);
  EXPECT_EQ((*trailers)[0].name, "X-Sum");
  EXPECT_EQ((*trailers)[0].value, "42");
  EXPECT_EQ((*trailers)[1].value, "");
  EXPECT_TRUE(parse_trailers("")->empty());
  std::string hundred;
  for (int i = 0; i < 100; ++i) hundred += "X: y\r\n";
  EXPECT_TRUE(parse_trailers(hundred));
  for (const std::string& section : {hundred + "X: y\r\n", std::string("X : y\r\n"), std::string("X\r\n"),
                                     std::string(": y\r\n"), std::string(" X: y\r\n"), std::string("X: \0\r\n", 6)}) {
    EXPECT_FALSE(parse_trailers(section)) << section.substr(0, 20);
  }
}

TEST(ParseRequestHead, ExpectsContinueOnlyWhereContentFollows) {
  EXPECT_FALSE(parse("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n").head->expects_continue);
  EXPECT_FALSE(parse("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n").head->expects_continue);
}

TEST(FindHeadEnd, FindsItHoweverTheBytesCome) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string data = head + "GET /next";
  std::size_t scanned = 0;
  for (std::size_t size = 1; size <= data.size(); ++size) {
    const auto end = find_head_end(std::string_view(data).substr(0, size), scanned);
    ASSERT_TRUE(end) << size;
    EXPECT_EQ(end->bytes, size < head.size() ? 0U : head.size());
    if (end->bytes != 0) break;
  }
  EXPECT_EQ(scanned, head.size() - 2);
}

TEST(FindHeadEnd, RefusesABareCrAsSoonAsItIsCertain) {
  std::size_t scanned = 0;
  EXPECT_TRUE(find_head_end("GET / HTTP/1.1\r", scanned)) << "its LF may come";
  const auto refused = find_head_end("GET / HTTP/1.1\rX", scanned);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400);
}

Result<http::ResponseHead, HeadError> parse_answer(const std::string& data, FieldStorage& storage,
                                                   bool to_head = false) {
  return parse_response_head(data, storage, to_head);
}

TEST(ParseResponseHead, SaysHowTheContentEnds) {
  struct Case {
    const char* name;
    const char* head;
    bool to_head;
    http::Framing framing;
    bool keep_alive;
  };
  using http::Framing;
  const Case cases[] = {
      {"a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, Framing::length, true},
      {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n", false, Framing::chunked, true},
      {"neither: the connection's end", "HTTP/1.1 200 OK\r\n\r\n", false, Framing::until_close, false},
      {"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", false, Framing::length, true},
      {"to HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, Framing::none, true},
      {"chunks to HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true, Framing::none, true},
      {"204", "HTTP/1.1 204 No Content\r\n\r\n", false, Framing::none, true},
      {"304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", false, Framing::none, true},
      {"100", "HTTP/1.1 100 Continue\r\n\r\n", false, Framing::none, true},
      {"close", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n", false, Framing::length, false},
      {"HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n", false, Framing::length, false}};
  FieldStorage storage;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto head = parse_answer(c.head, storage, c.to_head);
    ASSERT_TRUE(head) << head.error().reason;
    EXPECT_EQ(head->framing, c.framing);
    EXPECT_EQ(head->keep_alive, c.keep_alive);
  }
}

TEST(ParseResponseHead, RefusesWithBadGateway) {
  FieldStorage storage;
  for (const char* bad :
       {"HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 600 X\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1200 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "\r\n\r\n", "HTTP/1.1 200 \x01\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 204 X\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q\r\nContent-Length: 0\r\n\r\n"}) {
    SCOPED_TRACE(bad);
    const auto head = parse_answer(bad, storage);
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().status, 502);
  }
}

}  // namespace
}  // namespace bearward::transport
