#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <sstream>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

/// At level debug, with everything that can go wrong with credentials: none of them is in what the gateway writes.
TEST(Logs, HoldNoSecretTokenOrPassword) {
  Site site([](GatewayConfig& config) {
    config.set("users", "{store: \"sqlite:users.db\", cache: {redis: \"redis://gate:redis-password@127.0.0.1:1/0\"}}");
  });
  const std::string form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string good = site.token("alice");
  const Response issued =
      site.send(request("POST", "/token", form_type, "username=alice&password=correct+horse+battery+staple"));
  ASSERT_EQ(issued.status, 200);
  const std::size_t begin = issued.content.find("\"access_token\":\"") + 16;
  const std::string from_gateway = issued.content.substr(begin, issued.content.find('"', begin) - begin);
  const std::string in_query = "query-" + good.substr(0, 40);
  site.send(request("POST", "/token", form_type, "username=alice&password=a-wrong-password-of-alice"));
  site.send(request("POST", "/token", form_type + "Authorization: Basic c3BhOmNsaWVudC1zZWNyZXQ=\r\n",
                    "username=alice&password=x"));
  site.send(request("GET", "/api/x", bearer(good)));
  site.send(request("GET", "/api/x", bearer(from_gateway)));
  site.send(request("GET", "/api/x", bearer(good + "tampered-signature")));
  site.send(request("GET", "/api/x", bearer("rubbish-token") + bearer(good)));
  site.send(request("GET", "/api/x", "Authorization: Basic " + std::string("cm9vdDpwYXNzd29yZA==") + "\r\n"));
  site.send(request("GET", "/api/x?access_token=" + in_query));
  site.send(request("GET", "/api/x", "Cookie: session=cookie-value\r\n" + bearer(good)));
  site.send("GET /api/x?token=" + in_query + " HTTP/1.1\r\nHost: a\r\nAuthorization : Bearer " + good + "\r\n\r\n");
  site.upstream.behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 malformed\nSet-Cookie: upstream-secret\n\n");
    exchange.close();
  });
  site.send(request("GET", "/api/last-one", bearer(good)));
  site.gateway.reload();
  EXPECT_TRUE(site.gateway.wait_for_log("/api/last-one"));
  EXPECT_EQ(site.gateway.stop(), 0);

  const std::string written = site.gateway.output() + site.gateway.errors();
  EXPECT_NE(written.find("\"alice\""), std::string::npos) << "the log says who";
  for (const std::string& secret :
       {good, good.substr(good.rfind('.') + 1), good.substr(0, 30), from_gateway.substr(from_gateway.rfind('.') + 1),
        std::string("staple"), std::string("a-wrong-password-of-alice"), std::string("tampered-signature"),
        std::string("rubbish-token"), std::string("cm9vdDpwYXNzd29yZA"), std::string("c3BhOmNsaWVudC1zZWNyZXQ"),
        std::string("client-secret"), std::string("cookie-value"), std::string("upstream-secret"), in_query,
        std::string("redis-password"), std::string(GatewayConfig::signing_secret), std::string("$argon2")}) {
    EXPECT_EQ(written.find(secret), std::string::npos) << secret;
  }
}

TEST(Logs, AreOneJsonObjectALineWhateverIsAsked) {
  Site site;
  site.send("GET /api/\"},{%22}%0a%0d{x}|' HTTP/1.1\r\nHost: gateway.test\r\n\r\n");
  site.send("GET /api/x HTTP/1.1\r\nHost: gateway.test\r\nX-Request-Id: \"}\r\nUser-Agent: \"\\\xff\r\n\r\n");
  site.send("\"}{ / HTTP/1.1\r\n\r\n");
  site.send(request("GET", "/api/the-last"));
  EXPECT_TRUE(site.gateway.wait_for_log("/api/the-last"));
  EXPECT_EQ(site.gateway.stop(), 0);
  std::istringstream lines(site.gateway.output() + site.gateway.errors());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    boost::system::error_code error;
    EXPECT_TRUE(boost::json::parse(line, error).is_object()) << line;
  }
  EXPECT_GT(count, 3);
}

}  // namespace
}  // namespace bearward::testing
