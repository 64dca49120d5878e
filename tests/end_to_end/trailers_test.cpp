#include <gtest/gtest.h>

#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

/// The last chunk with that trailer section.
std::string last_chunk(const std::string& trailers) { return "0\r\n" + trailers + "\r\n"; }

/// Each of these says something that a server has decided by already, or that the gateway alone may say.
constexpr const char* forbidden =
    "Content-Length: 7\r\nTransfer-Encoding: chunked\r\nHost: evil.test\r\nConnection: close\r\nTE: trailers\r\n"
    "Trailer: X-More\r\nAuthorization: Bearer evil\r\nCookie: evil=1\r\nSet-Cookie: evil=1\r\nContent-Type: "
    "text/evil\r\n"
    "Content_Length: 8\r\nExpect: 100-continue\r\nLocation: /evil\r\nX-Forwarded-For: 192.0.2.9\r\n"
    "x_forwarded_for: 192.0.2.9\r\nForwarded: for=192.0.2.9\r\nX-Request-Id: evil\r\nX-Real-IP: 192.0.2.9\r\n"
    "X-Hop: evil\r\nx-hop: evil\r\nVia: 1.1 evil\r\nProxy: evil\r\n";

class Trailers : public SharedSiteTest<Trailers> {
 public:
  static void configure(GatewayConfig& config) {
    config.routes(R"(
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - name: edited
    match: {path: /edited/**}
    access: public
    upstream: echo
    request_headers: {set: {X-Set: by-the-gateway}, remove: [X-Unwanted]}
    response_headers: {remove: [X-Internal]}
)");
  }

 protected:
  static void answer_with(const std::string& fields, const std::string& trailers) {
    upstream().behave([fields, trailers](UpstreamExchange& exchange) {
      if (!exchange.read_content()) return;
      exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" + fields + "\r\n" + chunk("hello") +
                    last_chunk(trailers));
    });
  }

  static std::string upload(const std::string& target, const std::string& fields, const std::string& trailers) {
    return request("POST", target, "Transfer-Encoding: chunked\r\n" + fields) + chunk("hello") + last_chunk(trailers);
  }
};

TEST_F(Trailers, OfARequestReachTheUpstream) {
  RawClient connection = client();
  EXPECT_EQ(
      connection.exchange(upload("/public/x", "Trailer: X-Sum, X-Signed-By\r\n", "X-Sum: 42\r\nX-Signed-By:  me \r\n"))
          .status,
      200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.content, "hello");
  EXPECT_EQ(seen.field("Trailer"), "X-Sum, X-Signed-By");
  EXPECT_EQ(seen.trailers.lines().size(), 2U);
  EXPECT_EQ(seen.trailers.get("X-Sum"), "42");
  EXPECT_EQ(seen.trailers.get("X-Signed-By"), "me");
  EXPECT_EQ(connection.exchange(request("GET", "/public/next")).content, "GET /public/next 0\n");
  EXPECT_EQ(upstream().last().connection, seen.connection) << "both connections go on";
}

TEST_F(Trailers, OfARequestSayNothingThatTheHeadDecides) {
  ASSERT_EQ(send(upload("/public/x", "Connection: X-Hop\r\n", forbidden + std::string("X-Sum: 42\r\n"))).status, 200);
  EXPECT_EQ(upstream().last().trailers.lines().size(), 1U) << upstream().last().trailers.lines().front().first;
  EXPECT_EQ(upstream().last().trailers.get("X-Sum"), "42");
}

TEST_F(Trailers, OfARequestCarryNoIdentityAndNothingThatTheRouteEdits) {
  ASSERT_EQ(send(upload("/edited/x", "",
                        "X-Forwarded-User: root\r\nx_forwarded_groups: admin\r\nX.Auth.Scopes: all\r\n"
                        "Remote-User: root\r\nX-Auth-Request-User: root\r\nX-Set: evil\r\nx_unwanted: evil\r\n"
                        "X-Sum: 42\r\n"))
                .status,
            200);
  EXPECT_EQ(upstream().last().trailers.lines().size(), 1U);
  EXPECT_EQ(upstream().last().trailers.get("X-Sum"), "42");
  EXPECT_EQ(upstream().last().field("X-Set"), "by-the-gateway");
}

TEST_F(Trailers, OfAnAnswerReachTheClient) {
  answer_with("Trailer: X-Sum\r\nConnection: X-Hop\r\n", forbidden + std::string("X-Sum: 42\r\nServer-Timing: db\r\n"));
  RawClient connection = client();
  for (const char* fields : {"", "TE: trailers\r\n"}) {
    SCOPED_TRACE(fields);
    const Response response = connection.exchange(request("GET", "/public/x", fields));
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.content, "hello");
    EXPECT_EQ(response.field("Trailer"), "X-Sum");
    EXPECT_EQ(response.trailers.lines().size(), 2U);
    EXPECT_EQ(response.trailers.get("X-Sum"), "42");
    EXPECT_EQ(response.trailers.get("Server-Timing"), "db");
  }
}

TEST_F(Trailers, OfAnAnswerAreEditedAsItsFieldsAre) {
  answer_with("Trailer: X-Sum\r\n", "X-Sum: 42\r\nX-Internal: secret\r\nx_internal: secret\r\n");
  const Response response = send(request("GET", "/edited/x"));
  EXPECT_EQ(response.field("Trailer"), "X-Sum");
  EXPECT_EQ(response.trailers.lines().size(), 1U);
  EXPECT_EQ(response.trailers.get("X-Sum"), "42");
}

TEST_F(Trailers, AreNothingToHttp10OrToContentOfAKnownLength) {
  answer_with("Trailer: X-Sum\r\n", "X-Sum: 42\r\n");
  const Response old = send("GET /public/x HTTP/1.0\r\nTE: trailers\r\n\r\n");
  EXPECT_EQ(old.content, "hello");
  EXPECT_FALSE(old.fields.find("Trailer"));
  EXPECT_FALSE(upstream().last().fields.find("TE"));

  upstream().start_over();
  ASSERT_EQ(send(request("POST", "/public/x", "Trailer: X-Sum\r\n", "content")).status, 200);
  EXPECT_FALSE(upstream().last().fields.find("Trailer"));
}

TEST_F(Trailers, AreAskedOfTheUpstreamWhereTheClientTakesThem) {
  for (const char* fields : {"TE: trailers\r\nConnection: TE\r\n", "te: gzip;q=0.5, Trailers\r\n"}) {
    SCOPED_TRACE(fields);
    ASSERT_EQ(send(request("GET", "/public/x", fields)).status, 200);
    EXPECT_EQ(upstream().last().field("TE"), "trailers");
    EXPECT_EQ(upstream().last().field("Connection"), "TE") << "it goes for this connection alone";
    EXPECT_EQ(upstream().last().fields.count("TE"), 1U);
  }
  ASSERT_EQ(send(request("GET", "/public/x", "TE: gzip, xtrailers\r\n")).status, 200);
  EXPECT_FALSE(upstream().last().fields.find("TE"));
}

TEST_F(Trailers, ThatAreMalformedOrEndlessAreRefused) {
  struct Case {
    const char* name;
    std::string trailers;
  };
  std::string many;
  for (int i = 0; i < 101; ++i) many += "X: y\r\n";
  const Case cases[] = {{"over a hundred", many},
                        {"over 8 KiB", "X: " + std::string(9'000, 'y') + "\r\n"},
                        {"no colon", "X\r\n"},
                        {"a space before the colon", "X : y\r\n"},
                        {"folding", "X: y\r\n z\r\n"},
                        {"a bare LF", "X: y\n"},
                        {"a bare CR", "X: y\rZ: a\r\n"},
                        {"NUL", std::string("X: \0\r\n", 6)},
                        {"an octet over 127 in a name", "X\xe4: y\r\n"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    upstream().start_over();
    RawClient connection = client();
    connection.send(upload("/public/x", "", c.trailers) + request("GET", "/public/smuggled"));
    EXPECT_EQ(connection.read_response().status, 400);
    EXPECT_NE(connection.wait_for_end(), Ending::open);
    ASSERT_TRUE(upstream().wait_for_requests(1));
    for (const RecordedRequest& each : upstream().requests()) {
      EXPECT_EQ(each.target, "/public/x");
      EXPECT_FALSE(each.complete);
    }

    answer_with("", c.trailers);
    const Response response = send(request("GET", "/public/x"));
    EXPECT_FALSE(response.complete);
    EXPECT_EQ(response.ending, Ending::reset);
  }
}

}  // namespace
}  // namespace bearward::testing
