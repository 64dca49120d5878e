#include "issuer/jwks_fetcher.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "support/free_port.h"
#include "support/https_server.h"

namespace bearward::issuer {
namespace {

using testing::Certificate;
using testing::HttpsExchange;
using testing::HttpsServer;

const Certificate& localhost() {
  static const Certificate certificate = testing::make_certificate("localhost");
  return certificate;
}

config::JwksUrl url_of(std::uint16_t port, std::string host = "localhost") {
  return {"https://" + host + "/keys?v=1", host, port, "/keys?v=1"};
}

using Fetched = Result<FetchedJwks, std::string>;

Fetched fetch(const config::JwksUrl& url, const std::string& ca, std::chrono::milliseconds limit = testing::patience) {
  boost::asio::io_context io;
  JwksFetcher fetcher(io.get_executor(), url, ca, limit);
  Fetched fetched = std::unexpected("nothing came of it");
  boost::asio::co_spawn(io, fetcher.fetch(), [&](const std::exception_ptr& failure, Fetched result) {
    if (!failure) fetched = std::move(result);
  });
  io.run();
  return fetched;
}

TEST(JwksFetcher, FetchesFromTheServerThatTheCertificateNames) {
  HttpsServer server(localhost());
  server.answer(R"({"keys":[]})", "Cache-Control: public\r\nCache-Control: max-age=60\r\n");
  const Fetched fetched = fetch(url_of(server.port()), localhost().certificate);
  ASSERT_TRUE(fetched.has_value()) << fetched.error();
  EXPECT_EQ(fetched->content, R"({"keys":[]})");
  EXPECT_EQ(fetched->cache_control, "public,max-age=60");
  ASSERT_EQ(server.requests().size(), 1u);
  const std::string head = server.requests().front();
  EXPECT_TRUE(head.starts_with("GET /keys?v=1 HTTP/1.1\r\n")) << head;
  EXPECT_NE(head.find("Host: localhost:" + std::to_string(server.port()) + "\r\n"), std::string::npos) << head;

  const Certificate address = testing::make_certificate("127.0.0.1");
  HttpsServer by_address(address);
  by_address.answer("{}");
  EXPECT_TRUE(fetch(url_of(by_address.port(), "127.0.0.1"), address.certificate).has_value());
}

TEST(JwksFetcher, TrustsNobodyElse) {
  const Certificate expired = testing::make_expired_certificate("localhost");
  const Certificate other_name = testing::make_certificate("other.test");
  struct Case {
    const char* name;
    const Certificate& shown;
    std::string ca;
    std::string host;
    const char* problem;
  };
  const Case cases[] = {
      {"signed by somebody else", testing::make_certificate("localhost"), localhost().certificate, "localhost",
       "certificate is not good"},
      {"signed by nobody whom the system knows", localhost(), "", "localhost", "self-signed certificate"},
      {"expired", expired, expired.certificate, "localhost", "certificate has expired"},
      {"for another name", other_name, other_name.certificate, "localhost", "hostname mismatch"},
      {"for a name where an address is asked", localhost(), localhost().certificate, "127.0.0.1",
       "IP address mismatch"},
      {"no certificates to go by", localhost(), "none", "localhost", "cannot read the trusted certificates"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    HttpsServer server(c.shown);
    server.answer("{}");
    const Fetched fetched = fetch(url_of(server.port(), c.host), c.ca);
    ASSERT_FALSE(fetched.has_value());
    EXPECT_NE(fetched.error().find(c.problem), std::string::npos) << fetched.error();
    EXPECT_TRUE(server.requests().empty()) << "it was told what is asked for";
  }
}

TEST(JwksFetcher, TakesOneWholeGoodAnswerAndNoOther) {
  struct Case {
    const char* name;
    HttpsServer::Behaviour behaviour;
    const char* problem;
  };
  const auto raw = [](std::string bytes) {
    return [bytes = std::move(bytes)](HttpsExchange& exchange) { exchange.send(bytes); };
  };
  const std::string too_much(JwksFetcher::max_content_bytes + 1, ' ');
  const Case cases[] = {
      {"a redirect", [](HttpsExchange& e) { e.answer("", "Location: https://evil.test/\r\n", "302 Found"); },
       "redirects are not followed"},
      {"not found", [](HttpsExchange& e) { e.answer("{}", "", "404 Not Found"); }, "it answers 404, expected 200"},
      {"an error", [](HttpsExchange& e) { e.answer("{}", "", "503 Service Unavailable"); }, "it answers 503"},
      {"no content", [](HttpsExchange& e) { e.send("HTTP/1.1 204 No Content\r\n\r\n"); }, "it answers 204"},
      {"content that is cut short", raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":"), "no whole answer"},
      {"a head that is cut short", raw("HTTP/1.1 200 OK\r\nContent-"), "no whole answer"},
      {"nothing", raw(" "), "no whole answer"},
      {"another protocol", raw("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "no whole answer"},
      {"too much", [&](HttpsExchange& e) { e.answer(too_much); }, "no whole answer: body limit exceeded"},
      {"too much, in chunks", raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n" + too_much),
       "no whole answer: body limit exceeded"},
      {"a head that never ends", raw("HTTP/1.1 200 OK\r\nX: " + too_much), "no whole answer: header limit exceeded"},
  };
  HttpsServer server(localhost());
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    server.behave(c.behaviour);
    const Fetched fetched = fetch(url_of(server.port()), localhost().certificate);
    ASSERT_FALSE(fetched.has_value());
    EXPECT_NE(fetched.error().find(c.problem), std::string::npos) << fetched.error();
  }
  EXPECT_EQ(server.requests().size(), std::size(cases)) << "each was asked once";
}

TEST(JwksFetcher, WaitsNoLongerThanItsLimit) {
  using namespace std::chrono_literals;
  HttpsServer server(localhost());
  server.behave([](HttpsExchange& exchange) { exchange.wait_for_end(); });
  EXPECT_EQ(fetch(url_of(server.port()), localhost().certificate, 300ms).error(), "no whole answer came in time");
  // One byte at a time keeps nobody either.
  server.behave([](HttpsExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100; ++i) exchange.send(" ");
    exchange.wait_for_end();
  });
  EXPECT_FALSE(fetch(url_of(server.port()), localhost().certificate, 300ms).has_value());
}

TEST(JwksFetcher, SaysThatNobodyIsThere) {
  const Fetched refused = fetch(url_of(testing::free_port()), localhost().certificate);
  EXPECT_TRUE(refused.error().starts_with("cannot connect: ")) << refused.error();
  const Fetched unknown = fetch(url_of(443, "no-such-host.invalid"), localhost().certificate);
  EXPECT_TRUE(unknown.error().starts_with("cannot find the address of no-such-host.invalid")) << unknown.error();
}

TEST(JwksFetcher, EndsWhenItIsCancelled) {
  HttpsServer server(localhost());
  server.behave([](HttpsExchange& exchange) { exchange.wait_for_end(); });
  boost::asio::io_context io;
  auto fetcher = std::make_unique<JwksFetcher>(io.get_executor(), url_of(server.port()), localhost().certificate);
  bool ended = false;
  boost::asio::co_spawn(io, fetcher->fetch(), [&](const std::exception_ptr&, const Fetched& result) {
    ended = true;
    EXPECT_FALSE(result.has_value());
  });
  while (server.requests().empty()) io.run_one_for(std::chrono::milliseconds{10});
  fetcher.reset();
  io.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace bearward::issuer
