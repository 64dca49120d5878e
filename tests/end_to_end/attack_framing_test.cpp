#include "end_to_end/attacking.h"

#include <string>
#include <vector>

namespace bearward::testing {
namespace {

using namespace std::string_literals;

/// By saying in two ways where a request ends.
class AttackFraming : public Attacking<AttackFraming> {};

std::string chunked(const std::string& content) { return post("Transfer-Encoding: chunked\r\n", content); }

TEST_F(AttackFraming, ByTransferEncodingsThatOneServerKnowsAndAnotherDoesNot) {
  std::vector<Case> cases;
  for (const std::string& line : {"Transfer-Encoding : chunked"s,
                                  "Transfer-Encoding\t: chunked"s,
                                  " Transfer-Encoding: chunked"s,
                                  "Transfer-Encoding: \vchunked"s,
                                  "Transfer-Encoding: \fchunked"s,
                                  "Transfer-Encoding: chunked\v"s,
                                  "Transfer-Encoding:\xa0"
                                  "chunked"s,
                                  "Transfer-Encoding: chunked\0"s,
                                  "Transfer-Encoding: \0chunked"s,
                                  "Transfer-Encoding: xchunked"s,
                                  "Transfer-Encoding: chunkedx"s,
                                  "Transfer-Encoding: chunk"s,
                                  "Transfer-Encoding: chunked, identity"s,
                                  "Transfer-Encoding: identity, chunked"s,
                                  "Transfer-Encoding: gzip, chunked"s,
                                  "Transfer-Encoding: chunked, gzip"s,
                                  "Transfer-Encoding: ,chunked"s,
                                  "Transfer-Encoding: chunked,"s,
                                  "Transfer-Encoding: chunked, chunked"s,
                                  "Transfer-Encoding: chunked;a=b"s,
                                  "Transfer-Encoding: \"chunked\""s,
                                  "Transfer-Encoding: 'chunked'"s,
                                  "Transfer-Encoding: chunked chunked"s,
                                  "Transfer-Encoding: identity"s,
                                  "Transfer-Encoding: gzip"s,
                                  "Transfer-Encoding:"s,
                                  "Transfer-Encoding: cow"s,
                                  "Transfer-Encoding: chu\xc5\x8bked"s,
                                  "Transfer-Encoding: =?iso-8859-1?B?Y2h1bmtlZA==?="s,
                                  "Transfer-Encoding:\r\n chunked"s,
                                  "Transfer-Encoding:\r\n\tchunked"s,
                                  "Transfer-Encoding\r\n : chunked"s,
                                  "X: y\nTransfer-Encoding: chunked"s,
                                  "X: y\rTransfer-Encoding: chunked"s,
                                  "X: y\r\rTransfer-Encoding: chunked"s,
                                  "X: y\0Transfer-Encoding: chunked"s,
                                  "Transfer-Encoding: chunked\rX: y"s,
                                  "Transfer-Encoding: chunked\nX: y"s,
                                  "Transfer_Encoding: chunked"s,
                                  "Transfer.Encoding: chunked"s,
                                  "Transfer~Encoding: chunked"s,
                                  "Transfer Encoding: chunked"s,
                                  "Transfer-Encoding\xa0: chunked"s,
                                  "\"Transfer-Encoding\": chunked"s,
                                  "Transfer-Encoding\0: chunked"s,
                                  "Transfer-\0Encoding: chunked"s,
                                  "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"s,
                                  "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"s,
                                  "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"s,
                                  "Transfer-Encoding: x\r\nTransfer-encoding: chunked"s,
                                  "Transfer-Encoding: chunked\r\nTransfer_Encoding: x"s,
                                  "transfer-encoding: chunked\r\nTRANSFER-ENCODING: cow"s}) {
    cases.push_back({line, post(line + "\r\n", "0\r\n\r\n")});
    cases.push_back({line + ", with a length", post("Content-Length: 5\r\n" + line + "\r\n", "0\r\n\r\n")});
    cases.push_back({line + ", with a length behind", post(line + "\r\nContent-Length: 5\r\n", "0\r\n\r\n")});
  }
  expect_refused(cases);
}

TEST_F(AttackFraming, ByLengthsThatTwoServersReadDifferently) {
  std::vector<Case> cases;
  for (const std::string& value : {"+5"s,
                                   "-5"s,
                                   "-0"s,
                                   "+0"s,
                                   "0x5"s,
                                   "0X5"s,
                                   "5x"s,
                                   "x5"s,
                                   "5 5"s,
                                   "5\t5"s,
                                   "5,5"s,
                                   "5, 5"s,
                                   "5,6"s,
                                   ","s,
                                   "5,"s,
                                   ",5"s,
                                   "5;"s,
                                   "5.0"s,
                                   "5e0"s,
                                   "5_0"s,
                                   "1e1"s,
                                   "0b1"s,
                                   "0o5"s,
                                   "\"5\""s,
                                   "'5'"s,
                                   ""s,
                                   "\v5"s,
                                   "5\v"s,
                                   "\f5"s,
                                   "5\0"s,
                                   "\0"
                                   "5"s,
                                   "5\xa0"s,
                                   "\xd9\xa5"s,
                                   "\xef\xbc\x95"s,
                                   "18446744073709551616"s,
                                   "18446744073709551621"s,
                                   "9223372036854775808"s,
                                   "1000000000000000000"s,
                                   "4294967301x"s,
                                   "NaN"s,
                                   "five"s,
                                   "5\r\n 5"s,
                                   "5\r\n\t6"s,
                                   "\r\n 5"s,
                                   "5\nX: y"s,
                                   "5\rX: y"s,
                                   "(5)"s,
                                   "5%20"s,
                                   "%35"s,
                                   "5#"s,
                                   "--5"s,
                                   "~5"s}) {
    cases.push_back({"Content-Length: " + value, post("Content-Length: " + value + "\r\n", "hello")});
  }
  for (const std::string& lines : {"Content-Length: 5\r\nContent-Length: 5"s,
                                   "Content-Length: 5\r\nContent-Length: 6"s,
                                   "Content-Length: 0\r\nContent-Length: 5"s,
                                   "Content-Length: 5\r\nContent-Length: 0"s,
                                   "Content-Length: 5\r\ncontent-length: 6"s,
                                   "Content-Length: 5\r\nContent-Length:"s,
                                   "Content-Length: 5\r\nContent_Length: 6"s,
                                   "Content_Length: 5"s,
                                   "Content.Length: 5"s,
                                   "Content~Length: 5"s,
                                   "Content-Length : 5"s,
                                   "Content-Length\t: 5"s,
                                   " Content-Length: 5"s,
                                   "\tContent-Length: 5"s,
                                   "Content-Length\r\n: 5"s,
                                   "Content-Length\v: 5"s,
                                   "Content-Length\0: 5"s,
                                   "Content Length: 5"s,
                                   "Content-Length\xa0: 5"s,
                                   "X: y\nContent-Length: 5"s,
                                   "X: y\rContent-Length: 5"s,
                                   "X\r\n Content-Length: 5"s,
                                   "Content-Length: 0\r\nTransfer-Encoding: chunked"s,
                                   "Transfer-Encoding: chunked\r\nContent-Length: 0"s,
                                   "Content-Length: 5\r\nTransfer-Encoding: chunked"s,
                                   "Transfer-Encoding: chunked\r\nContent-Length: 5"s,
                                   "Content-Length: x\r\nTransfer-Encoding: chunked"s}) {
    cases.push_back({lines, post(lines + "\r\n", "0\r\n\r\n")});
  }
  // A length of zero that is no length: 0.CL and CL.0 begin so.
  for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS"}) {
    cases.push_back({method + " with two lengths"s, method + " /public/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n"
                                                             "Content-Length: 44\r\n\r\n"s});
    cases.push_back({method + " with a length in another spelling"s,
                     method + " /public/x HTTP/1.1\r\nHost: a\r\nContent_Length: 44\r\n\r\n"s});
  }
  expect_refused(cases);
}

TEST_F(AttackFraming, ByChunksThatTwoServersReadDifferently) {
  std::vector<Case> cases;
  for (const std::string& size : {"0x5"s,
                                  "0X5"s,
                                  "+5"s,
                                  "-5"s,
                                  "-0"s,
                                  " 5"s,
                                  "5 "s,
                                  "\t5"s,
                                  "5\t"s,
                                  "5 ;a"s,
                                  "\v5"s,
                                  "5\v"s,
                                  "5\0"s,
                                  "\0"
                                  "5"s,
                                  "5h"s,
                                  "5g"s,
                                  "h5"s,
                                  "5,"s,
                                  "5,5"s,
                                  "5.0"s,
                                  "\"5\""s,
                                  "x"s,
                                  ""s,
                                  ";a"s,
                                  "5\x80"s,
                                  "\xef\xbc\x95"s,
                                  "5_"s,
                                  "10000000000000005"s,
                                  "ffffffffffffffff"s,
                                  "fffffffffffffffb"s,
                                  "8000000000000000"s,
                                  "1000000000000000"s,
                                  "0000000000000005"s,
                                  std::string(300, '0') + "5",
                                  "5;" + std::string(300, 'a'),
                                  "5;"s,
                                  "5;;a"s,
                                  "5;a;"s,
                                  "5;a="s,
                                  "5;=a"s,
                                  "5;a=\""s,
                                  "5;a=\"b"s,
                                  "5;a=\"b\\"s,
                                  "5;a=\"b\"c"s,
                                  "5;@"s,
                                  "5; a"s,
                                  "5;a b"s,
                                  "5;a, b"s,
                                  "5;\x80"s,
                                  "5;a=\x01"s,
                                  "5;a=\0"s,
                                  "5;a=b\x7f"s}) {
    cases.push_back({"the size " + size.substr(0, 40), chunked(size + "\r\nhello\r\n0\r\n\r\n")});
  }
  for (const std::string& content : {"5\nhello\r\n0\r\n\r\n"s,
                                     "5\rhello\r\n0\r\n\r\n"s,
                                     "5\r\rhello\r\n0\r\n\r\n"s,
                                     "5\n\nhello\r\n0\r\n\r\n"s,
                                     "5\n\rhello\r\n0\r\n\r\n"s,
                                     "5;a\nhello\r\n0\r\n\r\n"s,
                                     "5;a\rb\r\nhello\r\n0\r\n\r\n"s,
                                     "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"s,
                                     "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n"s,
                                     "5\r\nhello\n0\r\n\r\n"s,
                                     "5\r\nhello\r0\r\n\r\n"s,
                                     "5\r\nhello0\r\n\r\n"s,
                                     "5\r\nhelloXX0\r\n\r\n"s,
                                     "5\r\nhello!\r\n0\r\n\r\n"s,
                                     "5\r\nhell\r\n0\r\n\r\n"s,
                                     "5\r\nhello \r\n0\r\n\r\n"s,
                                     "5\r\nhello\r\n\r\n0\r\n\r\n"s,
                                     "5\r\nhello\r\n0\n\r\n"s,
                                     "5\r\nhello\r\n0\r\n\n"s,
                                     "5\r\nhello\r\n0\r\r\n"s,
                                     "5\r\nhello\r\n0\r\n\rX"s,
                                     "5\r\nhello\r\n0 \r\n\r\n"s,
                                     "5\r\nhello\r\n0x0\r\n\r\n"s,
                                     "5\r\nhello\r\n-0\r\n\r\n"s,
                                     "\r\n5\r\nhello\r\n0\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX : y\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\n: y\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX: y\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX: y\rZ: a\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\n X: y\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX: \0\r\n\r\n"s,
                                     "5\r\nhello\r\n0\r\nX\x80: y\r\n\r\n"s}) {
    cases.push_back({content.substr(0, 40), chunked(content)});
  }
  expect_cut(cases);
}

TEST_F(AttackFraming, ByExpectationsThatOneServerKnowsAndAnotherDoesNot) {
  std::vector<Case> cases;
  for (const std::string& value :
       {"y 100-continue"s, "100-continue, x"s, "x, 100-continue"s, "100-continue;q=1"s, "100-continu"s,
        "100-continue x"s, "100"s, "\"100-continue\""s, "200-ok"s, ""s, "100-continue,100-continue"s}) {
    cases.push_back({value, post("Expect: " + value + "\r\nContent-Length: 5\r\n", "hello"), 417});
  }
  cases.push_back(
      {"twice", post("Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", "hello"), 417});
  cases.push_back({"a second one", post("Expect: 100-continue\r\nExpect: x\r\nContent-Length: 5\r\n", "hello"), 417});
  for (const std::string& line : {"Expect: 100-continue\0"s, "Expect : 100-continue"s, "Expect: 100-continue\r\n x"s}) {
    cases.push_back({line, post(line + "\r\nContent-Length: 5\r\n", "hello")});
  }
  expect_refused(cases);
}

TEST_F(AttackFraming, InHttp10) {
  std::vector<Case> cases;
  for (const std::string& fields :
       {"Transfer-Encoding: chunked\r\n"s, "Host: a\r\nTransfer-Encoding: chunked\r\n"s,
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"s, "Transfer-Encoding: identity\r\n"s,
        "Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n"s, "Host: a\r\nHost: b\r\n"s, "Host: a b\r\n"s,
        "Content-Length: 5\r\nContent-Length: 6\r\n"s, "X: y\r\n z\r\n"s}) {
    cases.push_back({fields, "POST /public/x HTTP/1.0\r\n" + fields + "\r\n0\r\n\r\n"});
  }
  cases.push_back({"HTTP/0.9", "GET /public/x\r\n\r\n"});
  cases.push_back({"HTTP/0.9 with a bare LF", "GET /public/x\n"});
  expect_refused(cases);
}

TEST_F(AttackFraming, ThatAreOddButClearReachTheUpstreamInOneForm) {
  struct Odd {
    std::string name;
    std::string bytes;
    std::string target = "/public/x";
    std::string content{};
  };
  const Odd cases[] = {
      {"a GET with content", "GET /public/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", "/public/x",
       "hello"},
      {"a length with zeros in front", post("Content-Length: 0005\r\n", "hello"), "/public/x", "hello"},
      {"a length of zero", post("Content-Length: 0\r\n")},
      {"no length at all", post("")},
      {"white space around a length", post("Content-Length: \t 5 \t\r\n", "hello"), "/public/x", "hello"},
      {"white space around a coding", post("Transfer-Encoding: \t chunked \t\r\n", "5\r\nhello\r\n0\r\n\r\n"),
       "/public/x", "hello"},
      {"a coding in capitals", post("TRANSFER-ENCODING: CHUNKED\r\n", "5\r\nhello\r\n0\r\n\r\n"), "/public/x", "hello"},
      {"a chunk size with zeros in front", chunked("005\r\nhello\r\n000\r\n\r\n"), "/public/x", "hello"},
      {"a chunk size in capitals", chunked("A\r\n0123456789\r\n0\r\n\r\n"), "/public/x", "0123456789"},
      {"extensions of chunks", chunked("5;a;b=c;d=\"e;f\"\r\nhello\r\n0;last\r\n\r\n"), "/public/x", "hello"},
      {"what looks like a request in content",
       post("Content-Length: 37\r\n", "GET /public/smuggled HTTP/1.1\r\nA: b\r\n"), "/public/x",
       "GET /public/smuggled HTTP/1.1\r\nA: b\r\n"},
      {"what looks like a chunk in a chunk", chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"), "/public/x", "0\r\n\r\n"},
      {"a target in absolute form", get("http://gateway.test/public/x")},
      {"the scheme in capitals", get("HTTP://gateway.test/public/x")},
      {"an absolute form of another case", get("http://GATEWAY.test/public/x")},
      {"a Host with a port", get("/public/x", "Host: a:8080\r\n")},
      {"a Host with an IPv6 address", get("/public/x", "Host: [2001:db8::1]\r\n")},
      {"a Host with an IPv4 address", get("/public/x", "Host: 192.0.2.1:1\r\n")},
      {"a dot segment", get("/./public/./x")},
      {"two slashes", get("//public///x")},
      {"an encoded letter", get("/%70ublic/%78")},
      {"dots that are no segment", get("/public/..x/..."), "/public/..x/..."},
      {"an encoded percent sign", get("/public/%252e%252e/x"), "/public/%252e%252e/x"},
      {"an encoded space", get("/public/a%20b"), "/public/a%20b"},
      {"a query with all that a query may hold", get("/public/x?a=/../b?c;d='e'&f=%2f%00"),
       "/public/x?a=/../b?c;d='e'&f=%2f%00"},
      {"names that are tokens", get("/public/x", "Host: a\r\n!#$%&'*+-.^_`|~: y\r\n")},
      {"many empty values", get("/public/x", "Host: a\r\nX:\r\nX:\r\nX: \t\r\n")},
      {"octets over 127 in a value", get("/public/x", "Host: a\r\nX: \x80\xff\r\n")},
      {"an empty line in front", "\r\n" + get("/public/x")},
  };
  for (const Odd& c : cases) {
    SCOPED_TRACE(c.name);
    upstream().start_over();
    RawClient connection = client();
    connection.send(c.bytes + smuggled);
    EXPECT_EQ(connection.read_response().status, 200);
    EXPECT_EQ(connection.read_response().content, "GET /public/smuggled 0\n") << "here it is the next request";
    const std::vector<RecordedRequest> seen = upstream().requests();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].target, c.target);
    EXPECT_EQ(seen[0].content, c.content);
    EXPECT_EQ(seen[0].fields.count("Host"), 1U);
    EXPECT_LE(seen[0].fields.count_folded("Content-Length") + seen[0].fields.count_folded("Transfer-Encoding"), 1U);
  }
}

TEST_F(AttackFraming, BehindARefusalOfTheGatewayAreRequestsOfTheirOwn) {
  // CL.0: content of a request that the gateway answers itself must not become a request.
  RawClient connection = client();
  connection.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
                  smuggled + request("GET", "/public/next"));
  EXPECT_EQ(connection.read_response().status, 401);
  EXPECT_EQ(connection.read_response().content, "GET /public/next 0\n");
  EXPECT_EQ(upstream().requests().size(), 1U);
}

TEST_F(AttackFraming, BehindAnEarlyAnswerAreNotTakenForRequests) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.answer("early");
    exchange.wait_for_end();
    exchange.close();
  });
  RawClient connection = client();
  connection.send(post("Content-Length: 1000000\r\n") + smuggled);
  const Response response = connection.read_response();
  EXPECT_EQ(response.content, "early");
  EXPECT_EQ(response.field("Connection"), "close");
  connection.send(smuggled);
  EXPECT_NE(connection.wait_for_end(), Ending::open);
  for (const RecordedRequest& each : upstream().requests()) EXPECT_EQ(each.target, "/public/x");
}

}  // namespace
}  // namespace bearward::testing
