#include <gtest/gtest.h>

#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

using namespace std::string_literals;

class Forwarding : public SharedSiteTest<Forwarding> {
 public:
  static void configure(GatewayConfig&) {}
};

TEST_F(Forwarding, SendsOneRequestInItsNormalForm) {
  ASSERT_EQ(send("get-it /public/x?a=b HTTP/1.1\r\nHOST:  gateway.test \r\nx-OWN:   a  b\t\r\n\r\n").status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_TRUE(seen.head.starts_with("get-it /public/x?a=b HTTP/1.1\r\n"));
  EXPECT_EQ(seen.fields.count("Host"), 1);
  EXPECT_EQ(seen.field("Host"), "gateway.test");
  EXPECT_EQ(seen.field("x-OWN"), "a  b");
}

TEST_F(Forwarding, TellsTheUpstreamWhereTheRequestCameFrom) {
  ASSERT_EQ(send("GET /public/x HTTP/1.1\r\nHost: gateway.test:8080\r\n\r\n").status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.field("X-Forwarded-For"), "127.0.0.1");
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "http");
  EXPECT_EQ(seen.field("X-Forwarded-Host"), "gateway.test:8080");
  EXPECT_EQ(seen.field("X-Forwarded-Port"), std::to_string(site().gateway.port()));
  EXPECT_EQ(seen.field("Forwarded"), "for=127.0.0.1;host=\"gateway.test:8080\";proto=http");
  EXPECT_EQ(seen.field("Via"), "1.1 bearward");
  EXPECT_FALSE(seen.field("X-Request-Id").empty());
}

TEST_F(Forwarding, BelievesNoForwardingFieldOfAStranger) {
  ASSERT_EQ(send(request("GET", "/public/x",
                         "X-Forwarded-For: 192.0.2.9\r\nx_forwarded_for: 192.0.2.9\r\nForwarded: for=192.0.2.9\r\n"
                         "X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.test\r\nX_Forwarded-Host: evil.test\r\n"
                         "X-Forwarded-Port: 1\r\nX-Request-Id: evil-id\r\nX-Forwarded-Server: evil.test\r\n"))
                .status,
            200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.head.find("192.0.2.9"), std::string::npos);
  EXPECT_EQ(seen.head.find("evil"), std::string::npos);
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "http");
  for (const char* name :
       {"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "Forwarded"}) {
    EXPECT_EQ(seen.fields.count_folded(name), 1) << name;
  }
}

TEST_F(Forwarding, DropsWhatBelongsToOneConnection) {
  ASSERT_EQ(send(request("GET", "/public/x",
                         "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nConnection: x-other-hop\r\nX-Other-Hop: 2\r\n"
                         "Keep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic eDp5\r\n"
                         "TE: gzip\r\nTrailer: X-Sum\r\nUpgrade: h2c\r\nX-Kept: 3\r\n"))
                .status,
            200);
  const RecordedRequest seen = upstream().last();
  for (const char* name : {"X-Hop", "X-Other-Hop", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "TE",
                           "Trailer", "Upgrade", "Connection"}) {
    EXPECT_FALSE(seen.fields.find(name)) << name;
  }
  EXPECT_EQ(seen.field("X-Kept"), "3");
}

TEST_F(Forwarding, DropsWhatBelongsToTheUpstreamsConnection) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.answer("hello",
                    "Connection: X-Internal, keep-alive\r\nX-Internal: secret\r\nKeep-Alive: timeout=1\r\n"
                    "Proxy-Authenticate: Basic\r\nX-Kept: yes\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n");
  });
  const Response response = send(request("GET", "/public/x"));
  EXPECT_EQ(response.status, 200);
  for (const char* name : {"X-Internal", "Keep-Alive", "Proxy-Authenticate", "Connection"}) {
    EXPECT_FALSE(response.fields.find(name)) << name;
  }
  EXPECT_EQ(response.field("X-Kept"), "yes");
  EXPECT_EQ(response.fields.count("Set-Cookie"), 2);
  EXPECT_EQ(response.content, "hello");
}

TEST_F(Forwarding, CarriesTraceContextOn) {
  const std::string parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ASSERT_EQ(send(request("GET", "/public/x", "traceparent: " + parent + "\r\ntracestate: a=b\r\n")).status, 200);
  EXPECT_EQ(upstream().last().field("traceparent"), parent);
  EXPECT_EQ(upstream().last().field("tracestate"), "a=b");
}

TEST_F(Forwarding, LeavesTheAnswersOfMethodsWithoutContentAlone) {
  upstream().behave([](UpstreamExchange& exchange) { exchange.answer("0123456789", "ETag: \"x\"\r\n"); });
  RawClient connection = client();
  const Response head = connection.exchange(request("HEAD", "/public/x"));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), "10");

  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 10\r\n\r\n");
  });
  const Response not_modified = connection.exchange(request("GET", "/public/x", "If-None-Match: \"x\"\r\n"));
  EXPECT_EQ(not_modified.status, 304);
  EXPECT_EQ(not_modified.field("ETag"), "\"x\"");
  EXPECT_EQ(upstream().last().field("If-None-Match"), "\"x\"");

  upstream().behave([](UpstreamExchange& exchange) { exchange.send("HTTP/1.1 204 No Content\r\n\r\n"); });
  const Response no_content = connection.exchange(request("DELETE", "/public/x"));
  EXPECT_EQ(no_content.status, 204);
  EXPECT_FALSE(no_content.fields.find("Content-Length"));
  EXPECT_FALSE(no_content.fields.find("Transfer-Encoding"));

  upstream().start_over();
  EXPECT_EQ(connection.exchange(request("GET", "/public/after")).content, "GET /public/after 0\n");
}

TEST_F(Forwarding, ServesClientsOfHttp10) {
  RawClient connection = client();
  const Response first = connection.exchange("GET /public/x HTTP/1.0\r\nHost: gateway.test\r\n\r\n");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.field("Connection"), "close");
  EXPECT_EQ(connection.wait_for_end(), Ending::ended);
  EXPECT_EQ(upstream().last().field("Via"), "1.0 bearward");
  EXPECT_TRUE(upstream().last().head.starts_with("GET /public/x HTTP/1.1\r\n"));

  RawClient lasting = client();
  const std::string keep = "GET /public/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(lasting.exchange(keep).field("Connection"), "keep-alive");
  EXPECT_EQ(lasting.exchange(keep).status, 200);
  EXPECT_EQ(upstream().last().fields.count("Host"), 1) << "HTTP/1.1 wants one, whatever the client sent";
}

TEST_F(Forwarding, GivesChunkedAnswersToHttp10WithoutTheCoding) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk("hello ") + chunk("world") +
                  chunk(""));
  });
  const Response response = send("GET /public/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_FALSE(response.fields.find("Transfer-Encoding"));
  EXPECT_EQ(response.content, "hello world");
  EXPECT_EQ(response.ending, Ending::ended);
}

TEST_F(Forwarding, AnswersPipelinedRequestsInOrder) {
  RawClient connection = client();
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += i % 3 == 0   ? request("POST", "/public/" + std::to_string(i), "", "content of " + std::to_string(i))
           : i % 3 == 1 ? request("GET", "/api/" + std::to_string(i))
                        : request("GET", "/public/" + std::to_string(i));
  }
  connection.send(all);
  for (int i = 0; i < 20; ++i) {
    SCOPED_TRACE(i);
    const Response response = connection.read_response();
    EXPECT_EQ(response.status, i % 3 == 1 ? 401 : 200);
    if (i % 3 != 1) {
      EXPECT_NE(response.content.find("/public/" + std::to_string(i) + " "), std::string::npos);
    }
  }
}

TEST_F(Forwarding, ReusesConnectionsOnBothSides) {
  RawClient connection = client();
  ASSERT_EQ(connection.exchange(request("GET", "/public/x")).status, 200);
  const std::size_t before = upstream().connections();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(connection.exchange(request("POST", "/public/x", "", "content")).status, 200);
  EXPECT_EQ(upstream().connections(), before);
  const Response last = connection.exchange(request("GET", "/public/x", "Connection: close\r\n"));
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_EQ(connection.wait_for_end(), Ending::ended);
}

TEST_F(Forwarding, LooksAtNothingBehindARequestThatCloses) {
  RawClient connection = client();
  connection.send(request("GET", "/public/x", "Connection: close\r\n") + request("GET", "/public/behind"));
  EXPECT_EQ(connection.read_response().status, 200);
  EXPECT_NE(connection.wait_for_end(), Ending::open);
  EXPECT_EQ(upstream().requests().size(), 1);
}

TEST_F(Forwarding, PassesInterimResponsesOn) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n");
    exchange.answer("done");
  });
  const Response response = send(request("GET", "/public/x"));
  EXPECT_EQ(response.status, 200);
  ASSERT_EQ(response.interim.size(), 2);
  EXPECT_TRUE(response.interim[0].starts_with("HTTP/1.1 103 "));
  EXPECT_NE(response.interim[0].find("Link: </style.css>"), std::string::npos);
  const Response old = send("GET /public/x HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.status, 200);
  EXPECT_TRUE(old.interim.empty()) << "HTTP/1.0 knows none";
}

TEST_F(Forwarding, DoesNotForwardOptionsForTheServer) {
  const Response response = send(request("OPTIONS", "*"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(Forwarding, CarriesAGoodTraceOnAndNoOther) {
  const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  ASSERT_EQ(send(request("GET", "/public/x", "traceparent: " + good + "\r\ntracestate: a=1,b=2\r\n")).status, 200);
  EXPECT_EQ(upstream().last().field("traceparent"), good);
  EXPECT_EQ(upstream().last().field("tracestate"), "a=1,b=2");
  for (const std::string& fields : {"traceparent: 00-x-y-01\r\ntracestate: a=1\r\n"s, "Tracestate: a=1\r\n"s,
                                    "traceparent: " + good + "\r\nTraceparent: " + good + "\r\ntracestate: a=1\r\n"}) {
    SCOPED_TRACE(fields);
    ASSERT_EQ(send(request("GET", "/public/x", fields)).status, 200);
    EXPECT_FALSE(upstream().last().fields.find("traceparent"));
    EXPECT_FALSE(upstream().last().fields.find("tracestate"));
  }
}

TEST_F(Forwarding, RefusesALoop) {
  const std::string ours = "Via: 1.1 bearward, 1.1 bearward\r\n";
  ASSERT_EQ(send(request("GET", "/public/x", ours + "Via: 1.0 bearward\r\n")).status, 200) << "three in a row";
  EXPECT_EQ(upstream().last().field("Via"), "1.1 bearward, 1.1 bearward, 1.0 bearward, 1.1 bearward");
  upstream().start_over();
  EXPECT_EQ(send(request("GET", "/public/x", ours + ours)).status, 508);
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(Forwarding, CountsMaxForwardsOfOptionsDown) {
  ASSERT_EQ(send(request("OPTIONS", "/public/x", "Max-Forwards: 5\r\n")).status, 200);
  EXPECT_EQ(upstream().last().field("Max-Forwards"), "4");
  EXPECT_EQ(upstream().last().fields.count_folded("Max-Forwards"), 1);
  ASSERT_EQ(send(request("GET", "/public/x", "Max-Forwards: 0\r\n")).status, 200) << "it says nothing of GET";
  EXPECT_EQ(upstream().last().field("Max-Forwards"), "0");
  upstream().start_over();
  const Response last = send(request("OPTIONS", "/public/x", "Max-Forwards: 0\r\n"));
  EXPECT_EQ(last.status, 204);
  EXPECT_TRUE(last.field("Allow").contains("GET"));
  EXPECT_EQ(send(request("OPTIONS", "/api/x", "Max-Forwards: 0\r\n")).status, 401) << "not to everybody";
  for (const char* bad : {"Max-Forwards: x\r\n", "Max-Forwards: -1\r\n", "Max-Forwards: \r\n",
                          "Max-Forwards: 1\r\nMax-Forwards: 1\r\n"}) {
    EXPECT_EQ(send(request("OPTIONS", "/public/x", bad)).status, 400) << bad;
  }
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST(ViaName, IsThatOfTheConfiguration) {
  Site site([](GatewayConfig& config) { config.set("via", "edge-1"); });
  const std::string fours = "Via: 1.1 bearward, 1.1 bearward, 1.1 bearward, 1.1 bearward\r\n";
  ASSERT_EQ(site.send(request("GET", "/public/x", fours)).status, 200) << "another's name";
  EXPECT_TRUE(site.upstream.last().field("Via").ends_with(", 1.1 edge-1"));
  EXPECT_EQ(site.send(request("GET", "/public/x", "Via: 1.1 edge-1, 1.1 Edge-1, 1 edge-1 (x), 1.1 edge-1\r\n")).status,
            508);
}

/// The gateway stands behind another proxy.
class TrustedProxy : public SharedSiteTest<TrustedProxy> {
 public:
  static void configure(GatewayConfig& config) { config.set("trusted_proxies", "[127.0.0.1/32]"); }
};

TEST_F(TrustedProxy, IsBelievedAndAddedTo) {
  ASSERT_EQ(send(request("GET", "/public/x",
                         "X-Forwarded-For: 192.0.2.9\r\nForwarded: for=192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
                         "X-Forwarded-Host: public.test\r\nX-Forwarded-Port: 443\r\nX-Request-Id: id-of-the-edge\r\n"
                         "Via: 1.1 edge\r\n"))
                .status,
            200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.field("X-Forwarded-For"), "192.0.2.9, 127.0.0.1");
  EXPECT_EQ(seen.field("X-Forwarded-Proto"), "https");
  EXPECT_EQ(seen.field("X-Forwarded-Host"), "public.test");
  EXPECT_EQ(seen.field("X-Forwarded-Port"), "443");
  EXPECT_EQ(seen.field("X-Request-Id"), "id-of-the-edge");
  EXPECT_TRUE(seen.field("Forwarded").starts_with("for=192.0.2.9, for=127.0.0.1"));
  EXPECT_EQ(seen.field("Via"), "1.1 edge, 1.1 bearward");
}

TEST_F(TrustedProxy, TellsTheClientByForwardedToo) {
  const auto logged = [](const std::string& fields, const std::string& client) {
    EXPECT_EQ(send(request("GET", "/public/x", fields)).status, 200);
    EXPECT_TRUE(site().gateway.wait_for_log("\"client_ip\":\"" + client + "\"")) << fields;
  };
  logged("Forwarded: for=203.0.113.1, for=\"127.0.0.1:80\"\r\n", "203.0.113.1");
  logged("Forwarded: for=\"[2001:db8::5]:443\"\r\n", "2001:db8::5");
  logged("Forwarded: for=203.0.113.2\r\nX-Forwarded-For: 203.0.113.3\r\n", "203.0.113.3");
  EXPECT_EQ(site().gateway.output().find("203.0.113.2\""), std::string::npos);
}

TEST_F(TrustedProxy, GivesARequestIdOnlyIfItCanBeOne) {
  for (const std::string& fields : {"X-Request-Id: " + std::string(129, 'a') + "\r\n", "X-Request-Id: a\"b\r\n"s,
                                    "X-Request-Id: a b\r\n"s, "X-Request-Id: one\r\nX-Request-Id: two\r\n"s}) {
    SCOPED_TRACE(fields);
    ASSERT_EQ(send(request("GET", "/public/x", fields)).status, 200);
    EXPECT_EQ(upstream().last().fields.count_folded("X-Request-Id"), 1);
    EXPECT_EQ(upstream().last().field("X-Request-Id").size(), 32U) << "made by us";
  }
}

TEST_F(TrustedProxy, IsNotBelievedInOtherSpellings) {
  ASSERT_EQ(send(request("GET", "/public/x", "X_Forwarded_For: 192.0.2.9\r\nX-Request_Id: evil\r\n")).status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-For"), "127.0.0.1");
  EXPECT_EQ(upstream().last().fields.count_folded("X-Forwarded-For"), 1);
  EXPECT_EQ(upstream().last().fields.count_folded("X-Request-Id"), 1);
}

}  // namespace
}  // namespace bearward::testing
