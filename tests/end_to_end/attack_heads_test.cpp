#include "end_to_end/attacking.h"

#include <string>
#include <vector>

namespace bearward::testing {
namespace {

using namespace std::string_literals;

/// By lines, names, targets and hosts that two servers read differently.
class AttackHeads : public Attacking<AttackHeads> {};

TEST_F(AttackHeads, ByLinesAndNamesThatTwoServersReadDifferently) {
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

TEST_F(AttackHeads, ByRequestLinesThatAreNotToTheLetter) {
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

TEST_F(AttackHeads, ByTargetsThatTwoServersReadDifferently) {
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

TEST_F(AttackHeads, ByHostsThatTwoServersReadDifferently) {
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

}  // namespace
}  // namespace bearward::testing
