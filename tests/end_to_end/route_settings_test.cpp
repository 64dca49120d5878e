// What a route says for itself: shadow, limits, timeouts, how long a stream may last, an assertion.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>

#include "support/site.h"
#include "support/token_factory.h"

namespace bearward::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t KiB = 1024;

class RouteSettings : public SharedSiteTest<RouteSettings> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("tokens",
               "\n  issuer: https://gateway.test\n  audience: legacy-apis\n  leeway: 1s\n  signing_keys:\n"
               "    - {kid: k1, algorithm: HS256, secret: {file: secret}}\n"
               "    - {kid: k2, algorithm: ES256, private_key: k2.pem}");
    config.file("k2.pem", TestKey::ec().private_pem());
    config.set("limits", "{request_body: 100KiB}");
    config.routes(R"(
  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}
  - {name: public, match: {path: /public/**}, access: public, upstream: echo}
  - {name: shadowed, match: {path: /shadow/**}, access: {roles: [admin]}, mode: shadow, upstream: echo}
  - {name: closed, match: {path: /closed/**}, access: deny, mode: shadow, upstream: echo}
  - {name: small, match: {path: /small/**}, access: public, upstream: echo, limits: {request_body: 1KiB}}
  - {name: large, match: {path: /large/**}, access: public, upstream: echo, limits: {request_body: 300KiB}}
  - {name: slow, match: {path: /slow/**}, access: public, upstream: echo, timeouts: {response: 300ms, idle: 300ms}}
  - {name: once, match: {path: /once/**}, access: public, upstream: echo, retries: 0}
  - {name: short, match: {path: /short/**}, access: public, upstream: echo, max_stream_age: 500ms}
  - {name: never, match: {path: /never/**}, access: {time: {days: mon, from: "00:00", to: "00:01", zone: Asia/Tokyo},
     users: [nobody]}, upstream: echo}
  - name: asserted
    match: {path: /asserted/**}
    access: public
    upstream: echo
    identity: {assertion: {header: X-Proof, ttl: 1m}}
)");
  }

 protected:
  static boost::json::object decoded(std::string_view part) {
    return boost::json::parse(base64url_decoded(part)).as_object();
  }

  /// An answer that goes on until the gateway has had enough of it.
  static void stream(UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    exchange.send(chunk("data: 1\n\n"));
    exchange.wait_for_end();
  }

  static bool logged(std::string_view target, std::string_view what) {
    return eventually([&] {
      const std::string log = site().gateway.output();
      const std::size_t line = log.find("\"path\":\"" + std::string(target) + "\"");
      if (line == std::string::npos) return false;
      const std::size_t end = log.find('\n', line);
      return end != std::string::npos && log.substr(line, end - line).find(what) != std::string::npos;
    });
  }
};

TEST_F(RouteSettings, ShadowLetsEverybodyThroughAndLogsWhomItWouldHaveRefused) {
  const std::string spoofed = "X-Forwarded-User: root\r\n";
  boost::json::object expired = TokenFactory::claims("root");
  expired["exp"] = TokenFactory::now() - 100;
  struct Case {
    const char* name;
    std::string fields;
    std::string target;
    std::string user;  // whom the upstream is told of
    std::string shadow;
  };
  const Case cases[] = {
      {"somebody without the role", bearer(site().token("alice")), "/shadow/1", "alice", "authorize:roles"},
      {"nobody", "", "/shadow/2", "", "authenticate:no_token"},
      {"a bad token is nobody's", bearer("a.b.c"), "/shadow/3", "", "authenticate:"},
      {"an expired one too", bearer(site().tokens.token(expired)), "/shadow/4", "", "authenticate:expired"},
      {"a disabled user too", bearer(site().token("bob")), "/shadow/5", "", "authenticate:user_disabled"},
      {"two tokens", bearer("x") + bearer("y"), "/shadow/6", "", "authenticate:several_credentials"},
      {"deny is not heeded either", bearer(site().token("root")), "/closed/7", "root", "authorize:deny"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(send(request("GET", c.target, c.fields + spoofed)).status, 200);
    const RecordedRequest seen = upstream().last();
    EXPECT_EQ(seen.field("X-Forwarded-User"), c.user);
    EXPECT_EQ(seen.fields.count_folded("Authorization"), 0);
    EXPECT_TRUE(logged(c.target, "\"shadow\":\"" + c.shadow));
  }
  EXPECT_EQ(get_as("root", "/shadow/8").status, 200);
  EXPECT_TRUE(logged("/shadow/8", "\"user\":\"root\""));
  EXPECT_FALSE(site().gateway.output().find("\"path\":\"/shadow/8\"") == std::string::npos);
  const std::string log = site().gateway.output();
  const std::string line = log.substr(log.find("\"path\":\"/shadow/8\""));
  EXPECT_EQ(line.substr(0, line.find('\n')).find("shadow\":\""), std::string::npos) << "he has the role";
}

TEST_F(RouteSettings, TheAdminListenerCountsWhatShadowLetThrough) {
  const auto count_of = [](std::string_view route) -> std::int64_t {
    const Response response = site().gateway.admin("GET", "/v1/routes");
    EXPECT_EQ(response.status, 200);
    const boost::json::value routes = boost::json::parse(response.content);
    for (const boost::json::value& each : routes.as_array()) {
      if (each.at("name").as_string() != route) continue;
      EXPECT_EQ(each.at("mode").as_string(), "shadow");
      return each.at("shadow_refusals").as_int64();
    }
    ADD_FAILURE() << response.content;
    return -1;
  };
  const std::int64_t before = count_of("shadowed");
  EXPECT_EQ(get_as("alice", "/shadow/x").status, 200);
  EXPECT_EQ(send(request("GET", "/shadow/x")).status, 200);
  EXPECT_EQ(get_as("root", "/shadow/x").status, 200);
  EXPECT_EQ(count_of("shadowed"), before + 2);
  EXPECT_EQ(site().gateway.admin("POST", "/v1/routes").status, 405);
}

TEST_F(RouteSettings, CheckWarnsOfShadow) {
  const auto result = site().gateway.run({"check"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.output.find("warning: route \"shadowed\" is in mode shadow"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("route \"closed\" is in mode shadow: its access is deny, and EVERYBODY"),
            std::string::npos);
}

TEST_F(RouteSettings, ARoutesContentHasABoundOfItsOwn) {
  struct Case {
    const char* target;
    std::size_t bytes;
    int status;
  };
  for (const Case& c : {Case{"/small/x", KiB, 200}, Case{"/small/x", KiB + 1, 413}, Case{"/public/x", 100 * KiB, 200},
                        Case{"/public/x", 100 * KiB + 1, 413}, Case{"/large/x", 300 * KiB, 200},
                        Case{"/large/x", 300 * KiB + 1, 413}}) {
    SCOPED_TRACE(std::string(c.target) + " " + std::to_string(c.bytes));
    upstream().start_over();
    const std::string content(c.bytes, 'c');
    EXPECT_EQ(send(request("POST", c.target, "", content)).status, c.status);
    const auto forwarded = upstream().requests();  // of the chunked one before, too, if that comes late
    const auto has_its_length = [&](const RecordedRequest& each) {
      return each.field("Content-Length") == std::to_string(c.bytes);
    };
    EXPECT_EQ(std::ranges::count_if(forwarded, has_its_length), c.status == 200 ? 1 : 0);
    RawClient chunked = client();
    chunked.send(request("POST", c.target, "Transfer-Encoding: chunked\r\n"));
    for (std::size_t sent = 0; sent < c.bytes; sent += 512)
      chunked.send(chunk(content.substr(0, std::min<std::size_t>(512, c.bytes - sent))));
    chunked.send(chunk(""));
    EXPECT_EQ(chunked.read_response().status, c.status);
  }
}

TEST_F(RouteSettings, ARouteMayBeLessPatientThanItsUpstream) {
  upstream().behave([](UpstreamExchange& exchange) { exchange.wait_for_end(); });
  EXPECT_EQ(send(request("GET", "/slow/x")).status, 504);
  upstream().behave(stream);
  const Response broken = send(request("GET", "/slow/x"));
  EXPECT_EQ(broken.status, 200);
  EXPECT_EQ(broken.content, "data: 1\n\n");
  EXPECT_FALSE(broken.complete);
}

TEST_F(RouteSettings, ARouteMayForbidASecondTry) {
  upstream().behave([](UpstreamExchange& exchange) { exchange.reset(); });
  EXPECT_EQ(send(request("GET", "/once/x")).status, 502);
  EXPECT_EQ(upstream().requests().size(), 1);
}

TEST_F(RouteSettings, AStreamLastsNoLongerThanItMay) {
  upstream().behave(stream);
  const Response old = send(request("GET", "/short/x"));
  EXPECT_EQ(old.status, 200);
  EXPECT_EQ(old.content, "data: 1\n\n");
  EXPECT_FALSE(old.complete) << "it is cut, never made to look whole";
}

TEST_F(RouteSettings, AnAnswerThatKeepsComingIsCutTheSame) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (exchange.send(chunk(std::string(1'000, 'x')))) {
    }
  });
  EXPECT_FALSE(send(request("GET", "/short/x")).complete);
}

TEST_F(RouteSettings, AStreamEndsWithItsToken) {
  boost::json::object claims = TokenFactory::claims("alice");
  claims["exp"] = TokenFactory::now() + 2;
  upstream().behave(stream);
  const Response cut = send(request("GET", "/api/x", bearer(site().tokens.token(claims))));
  EXPECT_EQ(cut.status, 200);
  EXPECT_EQ(cut.content, "data: 1\n\n");
  EXPECT_FALSE(cut.complete);
}

TEST_F(RouteSettings, AnAnswerOfKnownLengthOutlivesItsToken) {
  boost::json::object claims = TokenFactory::claims("alice");
  claims["exp"] = TokenFactory::now() + 2;
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
    exchange.wait_for_end(4s);
    exchange.send("def");
  });
  const Response whole = send(request("GET", "/api/x", bearer(site().tokens.token(claims))));
  EXPECT_EQ(whole.content, "abcdef");
  EXPECT_TRUE(whole.complete);
}

TEST_F(RouteSettings, AConditionOnTheTimeIsOneMoreThatHasToHold) { EXPECT_EQ(get_as("alice", "/never/x").status, 403); }

TEST_F(RouteSettings, AnAssertionTellsTheUpstreamWhoAsksAndOpensNothingHere) {
  const std::string forged = "X-Proof: forged\r\nx_proof: forged\r\n";
  ASSERT_EQ(get_as("alice", "/asserted/x", forged).status, 200);
  const RecordedRequest seen = upstream().last();
  ASSERT_EQ(seen.fields.count_folded("X-Proof"), 1);
  const std::string assertion = seen.field("X-Proof");
  const std::size_t first = assertion.find('.');
  const std::size_t second = assertion.find('.', first + 1);
  ASSERT_NE(second, std::string::npos) << assertion;
  const boost::json::object header = decoded(assertion.substr(0, first));
  EXPECT_EQ(header.at("alg").as_string(), "ES256");
  EXPECT_EQ(header.at("kid").as_string(), "k2");
  const boost::json::object claims = decoded(assertion.substr(first + 1, second - first - 1));
  EXPECT_EQ(claims.at("sub").as_string(), "alice");
  EXPECT_EQ(claims.at("aud").as_string(), "echo");
  EXPECT_EQ(claims.at("email").as_string(), "alice@example.test");
  EXPECT_EQ(claims.at("exp").as_int64() - claims.at("iat").as_int64(), 60);

  const Response replayed = send(request("GET", "/api/x", bearer(assertion)));
  EXPECT_EQ(replayed.status, 401);
  EXPECT_NE(replayed.field("WWW-Authenticate").find("invalid_token"), std::string::npos);

  ASSERT_EQ(send(request("GET", "/asserted/x", forged)).status, 200);
  EXPECT_EQ(upstream().last().fields.count_folded("X-Proof"), 0) << "nobody asks";
  ASSERT_EQ(get_as("alice", "/api/x", forged).status, 200);
  EXPECT_EQ(upstream().last().fields.count_folded("X-Proof"), 0) << "another route";
}

}  // namespace
}  // namespace bearward::testing
