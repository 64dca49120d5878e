#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

/// What attackers of proxies are known to send: request smuggling by length, coding and chunks, by line ends and
/// field names, by targets and hosts. What stands behind the attack is a whole request for `/public/smuggled`.
class AttackRequests : public SharedSiteTest<AttackRequests> {
 public:
  static void configure(GatewayConfig& config) { config.set("limits", "{request_body: 1MiB}"); }

 protected:
  struct Case {
    std::string name;
    std::string bytes;
    int status = 400;
  };

  /// Refused before anything reached the upstream; what stands behind is not looked at.
  static void expect_refused(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      upstream().start_over();
      RawClient connection = client();
      connection.send(c.bytes + smuggled);
      const Response response = connection.read_response();
      EXPECT_EQ(response.status, c.status);
      EXPECT_EQ(response.field("Connection"), "close");
      EXPECT_NE(connection.wait_for_end(), Ending::open);
      EXPECT_EQ(upstream().received_bytes(), 0U);
    }
  }

  /// Its head was good, its content is not: the upstream never has the whole of it, nor what stands behind.
  static void expect_cut(const std::vector<Case>& cases) {
    for (const Case& c : cases) {
      SCOPED_TRACE(c.name);
      upstream().start_over();
      RawClient connection = client();
      connection.send(c.bytes + smuggled);
      EXPECT_EQ(connection.read_response().status, c.status);
      EXPECT_NE(connection.wait_for_end(), Ending::open);
      for (const RecordedRequest& each : upstream().requests()) {
        EXPECT_EQ(each.target, "/public/x");
        EXPECT_FALSE(each.complete);
      }
    }
  }

  inline static const std::string smuggled = "GET /public/smuggled HTTP/1.1\r\nHost: gateway.test\r\n\r\n";
};

std::string post(const std::string& fields, const std::string& content = "") {
  return "POST /public/x HTTP/1.1\r\nHost: gateway.test\r\n" + fields + "\r\n" + content;
}
std::string get(const std::string& target, const std::string& fields = "Host: gateway.test\r\n") {
  return "GET " + target + " HTTP/1.1\r\n" + fields + "\r\n";
}
std::string chunked(const std::string& content) { return post("Transfer-Encoding: chunked\r\n", content); }

TEST_F(AttackRequests, ByTransferEncodingsThatOneServerKnowsAndAnotherDoesNot) {
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

TEST_F(AttackRequests, ByLengthsThatTwoServersReadDifferently) {
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

TEST_F(AttackRequests, ByChunksThatTwoServersReadDifferently) {
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

TEST_F(AttackRequests, ByLinesAndNamesThatTwoServersReadDifferently) {
  std::vector<Case> cases;
  for (const std::string& bytes :
       {"GET /public/x HTTP/1.1\nHost: a\n\n"s, "GET /public/x HTTP/1.1\r\nHost: a\n\r\n"s,
        "GET /public/x HTTP/1.1\r\nHost: a\r\n\n"s, "GET /public/x HTTP/1.1\rHost: a\r\r"s,
        "GET /public/x HTTP/1.1\r\nHost: a\r\r\n\r\n"s, "GET /public/x HTTP/1.1\r\n\rHost: a\r\n\r\n"s,
        "\nGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s, "\r\n\r\nGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s,
        "\r\rGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s, " GET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s,
        "\tGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s, "\0GET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s,
        "\xef\xbb\xbfGET /public/x HTTP/1.1\r\nHost: a\r\n\r\n"s}) {
    cases.push_back({bytes.substr(0, 40), bytes});
  }
  for (const std::string& line : {"X"s,           ":"s,          ": y"s,
                                  "X y"s,         "X : y"s,      "X\t: y"s,
                                  " X: y"s,       "\tX: y"s,     "X Y: z"s,
                                  "X\r\n: y"s,    "X: y\r\n z"s, "X: y\r\n\tz"s,
                                  "X: y\r\n "s,   "X: \0"s,      "X\0: y"s,
                                  "X: \x01"s,     "X: \x08"s,    "X: \x0b"s,
                                  "X: \x0c"s,     "X: \x1b"s,    "X: \x7f"s,
                                  "X\x7f: y"s,    "X\x80: y"s,   "X\xe4: y"s,
                                  "\xc3\xa4: y"s, "(X): y"s,     "X,Y: z"s,
                                  "X;Y: z"s,      "X/Y: z"s,     "X?Y: z"s,
                                  "X=Y: z"s,      "X@Y: z"s,     "X[Y]: z"s,
                                  "X\\Y: z"s,     "X{Y}: z"s,    "\"X\": y"s,
                                  "<X>: y"s,      "X\"Y: z"s,    "GET / HTTP/1.1"s,
                                  "X: y\rZ: a"s,  "X: y\nZ: a"s, "X: y\r\r"s}) {
    cases.push_back({line, get("/public/x", "Host: a\r\n" + line + "\r\n")});
  }
  expect_refused(cases);
}

TEST_F(AttackRequests, ByRequestLinesThatAreNotToTheLetter) {
  std::vector<Case> cases;
  for (const std::string& line : {"GET /public/x"s,
                                  "GET"s,
                                  "GET "s,
                                  "/public/x HTTP/1.1"s,
                                  "GET  /public/x HTTP/1.1"s,
                                  "GET /public/x  HTTP/1.1"s,
                                  "GET /public/x HTTP/1.1 "s,
                                  "GET\t/public/x HTTP/1.1"s,
                                  "GET /public/x\tHTTP/1.1"s,
                                  "GET /public/x HTTP/1.1\t"s,
                                  "GET\v/public/x HTTP/1.1"s,
                                  "GET /public/x\vHTTP/1.1"s,
                                  "GET /public/x HTTP/1.1 HTTP/1.1"s,
                                  "GET /public/x y HTTP/1.1"s,
                                  "GET /public/x HTTP/1"s,
                                  "GET /public/x HTTP/1."s,
                                  "GET /public/x HTTP/.1"s,
                                  "GET /public/x HTTP/11"s,
                                  "GET /public/x HTTP/1.10"s,
                                  "GET /public/x HTTP/01.1"s,
                                  "GET /public/x HTTP/1.1x"s,
                                  "GET /public/x http/1.1"s,
                                  "GET /public/x Http/1.1"s,
                                  "GET /public/x HTTP /1.1"s,
                                  "GET /public/x HTTP/ 1.1"s,
                                  "GET /public/x HTTP/1 .1"s,
                                  "GET /public/x HTTP-1.1"s,
                                  "GET /public/x ICY/1.1"s,
                                  "GET /public/x HTTP/1,1"s,
                                  "GET /public/x HTTP/-1.1"s,
                                  "GET /public/x HTTP/1.\xb9"s,
                                  "GET /public/x"s + '\0' + " HTTP/1.1",
                                  "G@T /public/x HTTP/1.1"s,
                                  "G(T) /public/x HTTP/1.1"s,
                                  "G:T /public/x HTTP/1.1"s,
                                  "\"GET\" /public/x HTTP/1.1"s,
                                  "GET,POST /public/x HTTP/1.1"s,
                                  "G\xc4T /public/x HTTP/1.1"s,
                                  "G\0T /public/x HTTP/1.1"s,
                                  "G/T /public/x HTTP/1.1"s,
                                  std::string(40, 'G') + " /public/x HTTP/1.1"}) {
    cases.push_back({line, line + "\r\nHost: a\r\n\r\n"});
  }
  for (const std::string& version : {"HTTP/0.9"s, "HTTP/2.0"s, "HTTP/3.0"s, "HTTP/1.2"s, "HTTP/9.9"s, "HTTP/0.0"s}) {
    cases.push_back({version, "GET /public/x " + version + "\r\nHost: a\r\n\r\n", 505});
  }
  cases.push_back({"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505});
  cases.push_back({"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"s});
  cases.push_back({"CONNECT", "CONNECT gateway.test:443 HTTP/1.1\r\nHost: gateway.test\r\n\r\n", 501});
  cases.push_back({"CONNECT of a path", "CONNECT /public/x HTTP/1.1\r\nHost: gateway.test\r\n\r\n", 501});
  cases.push_back({"TRACE", "TRACE /public/x HTTP/1.1\r\nHost: gateway.test\r\n\r\n", 501});
  expect_refused(cases);
}

TEST_F(AttackRequests, ByTargetsThatTwoServersReadDifferently) {
  std::vector<Case> cases;
  for (const std::string& target : {"public/x"s,
                                    "*"s,
                                    "gateway.test:443"s,
                                    "gateway.test/public/x"s,
                                    "?x"s,
                                    "#"s,
                                    "/public/x#y"s,
                                    "/public/#/x"s,
                                    "/public/x?#y"s,
                                    "\\public\\x"s,
                                    "/public\\x"s,
                                    "/public/\\..\\x"s,
                                    "/public/%5cx"s,
                                    "/public/%5Cx"s,
                                    "/public%2fx"s,
                                    "/public%2Fx"s,
                                    "/%2fpublic/x"s,
                                    "/public/..%2fapi/x"s,
                                    "/public/%2e%2e%2fapi"s,
                                    "/public/%00"s,
                                    "/public/%00x"s,
                                    "/public/x%00.html"s,
                                    "/public/%"s,
                                    "/public/%2"s,
                                    "/public/%g0"s,
                                    "/public/%0g"s,
                                    "/public/%%32e"s,
                                    "/public/% 20"s,
                                    "/public/%u002e"s,
                                    "/public/%-1"s,
                                    "/.."s,
                                    "/../x"s,
                                    "/../public/x"s,
                                    "/public/../../x"s,
                                    "/public/../.."s,
                                    "/%2e%2e"s,
                                    "/%2e%2e/public/x"s,
                                    "/.%2e/public/x"s,
                                    "/%2e./public/x"s,
                                    "/public/%2e%2e/%2e%2e/x"s,
                                    "/./../x"s,
                                    "//../x"s,
                                    "/public/..;/x"s,
                                    "/public/..;a=b/x"s,
                                    "/public/.;/x"s,
                                    "/public/%2e%2e;/x"s,
                                    "/public/%2e;a/x"s,
                                    "/..;/public/x"s,
                                    "/public/..;"s,
                                    "/public/\x01"s,
                                    "/public/\t"s,
                                    "/public/\x7f"s,
                                    "/public/\x80"s,
                                    "/public/\xc0\xae\xc0\xae/x"s,
                                    "/public/\xc0\xaf"s,
                                    "/public/\xe2\x80\xae"s,
                                    "/public/\xff"s,
                                    "/public/\"x"s,
                                    "/public/<x>"s,
                                    "/<script>"s,
                                    "/public/x?a=\x01"s,
                                    "/public/x?a=\x7f"s,
                                    "/public/x?\xc3\xa4"s,
                                    "http://"s,
                                    "http:///public/x"s,
                                    "http:/public/x"s,
                                    "http:public/x"s,
                                    "HTTP:"s,
                                    "ftp://gateway.test/public/x"s,
                                    "file:///etc/passwd"s,
                                    "ws://gateway.test/public/x"s,
                                    "gopher://gateway.test/x"s,
                                    "javascript:alert(1)"s,
                                    "http://user@gateway.test/public/x"s,
                                    "http://user:password@gateway.test/public/x"s,
                                    "http://gateway.test@evil.test/public/x"s,
                                    "http://evil.test/public/x"s,
                                    "http://gateway.test:81/public/x"s,
                                    "http://gateway.test:/public/x/../../.."s,
                                    "http://gateway.test:x/public/x"s,
                                    "http://gateway.test:65536/x"s,
                                    "http://[::1/public/x"s,
                                    "http://gateway.test\\@evil.test/public/x"s,
                                    "http://gateway.test#@evil.test/x"s,
                                    "http://gateway.test%2f@evil.test/x"s,
                                    "http://gateway.test,evil.test/public/x"s,
                                    "http://gateway.test /public/x"s}) {
    cases.push_back({target, get(target)});
  }
  for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"}) {
    cases.push_back({method + " of an asterisk"s, method + " * HTTP/1.1\r\nHost: gateway.test\r\n\r\n"s});
    cases.push_back(
        {method + " of an authority"s, method + " gateway.test:443 HTTP/1.1\r\nHost: gateway.test\r\n\r\n"s});
  }
  expect_refused(cases);
}

TEST_F(AttackRequests, ByHostsThatTwoServersReadDifferently) {
  std::vector<Case> cases;
  for (const std::string& value :
       {"a, b"s,  "a,b"s,    "a b"s,       "a\tb"s,        "a/"s,      "a/b"s,        "/a"s,        "a\\b"s,    "a?b"s,
        "a#b"s,   "user@a"s, "user:x@a"s,  "a@"s,          "@a"s,      "http://a"s,   "a:65536"s,   "a:99999"s, "a:-1"s,
        "a:+80"s, "a:80x"s,  "a:x"s,       "a:0x50"s,      "a:80:80"s, "a:8 0"s,      "::1"s,       "[::1"s,    "::1]"s,
        "[a]"s,   "[::1]x"s, "[::1]:x"s,   "[::1]:65536"s, "[]"s,      "[::1%eth0]"s, "[1.2.3.4]"s, "a\0"s,     "\0a"s,
        "a\x01"s, "a\x7f"s,  "a\xc3\xa4"s, "a\xff"s,       "a\"b"s,    "\"a\""s,      "<a>"s,       "a<b"s,     "{a}"s,
        "a|b"s,   "a^b"s,    "a`b"s,       "a%00"s,        "a%2fb"s,   "a%"s,         "a%zz"s,      ":80"s,     ":"s}) {
    cases.push_back({"Host: " + value, get("/public/x", "Host: " + value + "\r\n")});
  }
  for (const std::string& fields :
       {""s, "Host: a\r\nHost: a\r\n"s, "Host: a\r\nHost: b\r\n"s, "Host: a\r\nhost: b\r\n"s, "Host: a\r\nHost:\r\n"s,
        "Host:\r\nHost: a\r\n"s, "Host : a\r\n"s, "Host\t: a\r\n"s, " Host: a\r\n"s, "Host: a\r\n b\r\n"s,
        "Host:\r\n a\r\n"s, "X: y\r\n Host: a\r\n"s, "H\xc3\xb6st: a\r\n"s, "Host\0: a\r\n"s, "Host: a\nHost: b\r\n"s,
        "Host: a\rHost: b\r\n"s, "Host: a\r\nHost: a:80\r\n"s, "Host: a\r\nX: y\r\nHost: a\r\n"s}) {
    cases.push_back({fields, get("/public/x", fields)});
  }
  expect_refused(cases);
}

TEST_F(AttackRequests, ByExpectationsThatOneServerKnowsAndAnotherDoesNot) {
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

TEST_F(AttackRequests, InHttp10) {
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

TEST_F(AttackRequests, ThatAreOddButClearReachTheUpstreamInOneForm) {
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

TEST_F(AttackRequests, BehindARefusalOfTheGatewayAreRequestsOfTheirOwn) {
  // CL.0: content of a request that the gateway answers itself must not become a request.
  RawClient connection = client();
  connection.send("POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
                  smuggled + request("GET", "/public/next"));
  EXPECT_EQ(connection.read_response().status, 401);
  EXPECT_EQ(connection.read_response().content, "GET /public/next 0\n");
  EXPECT_EQ(upstream().requests().size(), 1U);
}

TEST_F(AttackRequests, BehindAnEarlyAnswerAreNotTakenForRequests) {
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
