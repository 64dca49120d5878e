#include "pipeline/forward.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>

#include "pipeline/match_route.h"
#include "policy/compile_routes.h"
#include "support/http_client.h"
#include "support/recording_upstream.h"
#include "support/test_user_store.h"
#include "transport/serving.h"

namespace bearward::pipeline {
namespace {

using namespace std::chrono_literals;
using testing::chunk;
using testing::Ending;
using testing::RawClient;
using testing::RecordingUpstream;
using testing::request;
using testing::Response;
using testing::Serving;
using testing::UpstreamExchange;

struct Options {
  std::chrono::milliseconds response_timeout = 20s;
  std::chrono::milliseconds idle_timeout = 20s;
  unsigned retries = 1;
  std::vector<std::pair<std::string, std::string>> response_fields{};
  bool fails_afterwards = false;  // as where memory runs out once the answer is there
};

/// One public route to one upstream, from a client's socket to the upstream's.
class Forwarding {
 public:
  explicit Forwarding(const Options& options = {})
      : table_(compile(options)),
        fails_afterwards_(options.fails_afterwards),
        serving_([this](http::Request each) { return handle(each); },
                 {16 * 1024, 10 * 1024 * 1024, 20s, options.idle_timeout}) {
    limits_.idle_timeout = options.idle_timeout;
    const upstream::Thread thread{serving_.executor(), serving_.timer(), serving_.buffers()};
    pool_ = std::make_shared<upstream::Pool>(thread, std::make_shared<upstream::Group>(settings_));
    users_.emplace(serving_.executor(), store_, lookups_, nullptr, store::UserCacheSettings{});
    streams_.emplace(serving_.executor(), *users_, serving_.timer(), OpenStreams::Settings{.local_ttl = 5s});
  }
  ~Forwarding() {
    serving_.run([this] { pool_.reset(); });
  }

  RecordingUpstream upstream;
  std::uint16_t port() const { return serving_.port(); }
  std::string last_reason() const { return reason_; }

 private:
  policy::RouteTable compile(const Options& options) {
    settings_.name = "legacy";
    settings_.targets = {{"127.0.0.1", upstream.port(), {}}};
    settings_.response_timeout = options.response_timeout;
    settings_.retries = options.retries;
    config::Config config;
    config.upstreams = {settings_};
    config::Route route;
    route.name = "all";
    route.path = "/**";
    route.access.kind = config::Access::Kind::public_;
    route.upstream = "legacy";
    route.response_fields.set = options.response_fields;
    config.routes = {route};
    config.identity.fields = {{"X-Forwarded-User", "{user.username}", {}}};
    config::Diagnostics diagnostics;
    auto table = policy::RouteTable::compile(policy::compile_routes(config, diagnostics), diagnostics);
    for (const auto& finding : diagnostics.sorted()) ADD_FAILURE() << finding.to_string();
    return table;
  }

  Task<http::Response> handle(http::Request each) {
    const auto match = match_route(table_, each.head);
    const http::Origin origin{each.connection.peer, false, false};
    const auto admission = limit_rate(*authorize(*match, {}, origin.client_ip, unix_now()), origin.client_ip, budgets_);
    const ForwardingThread thread{serving_.buffers(), *streams_};
    auto answer = co_await forward(each, *admission, origin, "id-1", pool_, thread, limits_);
    if (fails_afterwards_) throw std::runtime_error("on purpose");
    if (answer) co_return std::move(*answer);
    reason_ = answer.error().reason;
    co_return to_response(answer.error(), config::Compatibility::rfc6749, "id-1");
  }

  config::Upstream settings_;
  limit::LimitTable budgets_;
  policy::RouteTable table_;
  config::Limits limits_;
  testing::TestUserStore store_;
  async::BlockingPool lookups_{1, 1};
  std::optional<store::CachedUserStore> users_;
  std::optional<OpenStreams> streams_;
  bool fails_afterwards_;
  std::string reason_;
  std::shared_ptr<upstream::Pool> pool_;
  Serving serving_;
};

TEST(Forward, WritesTheHeadAnewAndKeepsSpoofedFieldsBack) {
  Forwarding forwarding;
  RawClient client(forwarding.port());
  client.send(
      "GET //a/./b/../%63?q=%2F HTTP/1.1\r\nHost: Gateway.Test:1\r\nCookie: a=b\r\nConnection: X-Secret, keep-alive\r\n"
      "X-Secret: 1\r\nTE: trailers\r\nUpgrade: websocket\r\nKeep-Alive: 1\r\nProxy-Authorization: Basic x\r\n"
      "Authorization: Bearer t\r\nX-Forwarded-For: 6.6.6.6\r\nx_forwarded_for: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
      "X-Forwarded_User: root\r\nX.Forwarded.User: root\r\nX-Request-Id: mine\r\nX_Request_Id: mine\r\n"
      "Proxy: http://evil.test\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 200);
  const std::string port = std::to_string(forwarding.port());
  EXPECT_EQ(forwarding.upstream.last().head,
            "GET /a/c?q=%2F HTTP/1.1\r\nHost: gateway.test:1\r\nCookie: a=b\r\nTE: trailers\r\nConnection: TE\r\n"
            "Forwarded: for=127.0.0.1;host=\"gateway.test:1\";proto=http\r\nX-Forwarded-For: 127.0.0.1\r\n"
            "X-Forwarded-Proto: http\r\nX-Forwarded-Host: gateway.test:1\r\nX-Forwarded-Port: " +
                port + "\r\nVia: 1.1 bearward\r\nX-Request-Id: id-1\r\n\r\n");
}

/// What sends the content then outlives everything that it was sent for.
TEST(Forward, AnExchangeThatIsGivenUpWhileContentIsSentLeavesNothingBehind) {
  Forwarding forwarding({.fails_afterwards = true});
  forwarding.upstream.behave([](UpstreamExchange& each) {
    each.answer("early");
    each.wait_for_end();
    each.close();
  });
  for (int i = 0; i < 5; ++i) {
    RawClient client(forwarding.port());
    client.send(request("POST", "/", "Content-Length: 1000\r\n") + "a part of it");
    EXPECT_EQ(client.read_response().status, 500);
  }
}

TEST(Forward, StreamsContentBothWaysOverOneConnection) {
  Forwarding forwarding;
  RawClient client(forwarding.port());
  for (int i = 0; i < 3; ++i) {
    client.send(request("POST", "/length", "", std::string(500'000, 'x')));
    EXPECT_EQ(client.read_response().status, 200);
    EXPECT_EQ(forwarding.upstream.last().content.size(), 500'000U);
    EXPECT_EQ(forwarding.upstream.last().field("Content-Length"), "500000");
    client.send(request("PUT", "/chunks", "Transfer-Encoding: chunked\r\n") + chunk("one") + chunk("two") + chunk(""));
    EXPECT_EQ(client.read_response().status, 200);
    EXPECT_EQ(forwarding.upstream.last().content, "onetwo");
  }
  EXPECT_EQ(forwarding.upstream.connections(), 1U);
}

TEST(Forward, PassesAnswersOn) {
  struct Case {
    const char* name;
    const char* method;
    std::string answer;
    int status;
    std::string content;
    bool one_connection;
  };
  const Case cases[] = {
      {"a length", "GET", "HTTP/1.1 200 Fine\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
      {"chunks and a trailer", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\nX-T: 1\r\n\r\n", 200, "ok", true},
      {"no content", "GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
      {"not modified, with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", true},
      {"to HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 200, "", true},
      {"interim first", "GET",
       "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
      {"that closes", "GET", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
      {"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", false},
      {"more than announced", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n", 200, "ok",
       false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Forwarding forwarding;
    forwarding.upstream.behave([&](UpstreamExchange& each) { each.send(c.answer); });
    RawClient client(forwarding.port());
    for (int i = 0; i < 2; ++i) {
      client.send(request(c.method, "/"));
      const Response response = client.read_response(std::string_view(c.method) == "HEAD");
      EXPECT_EQ(response.status, c.status);
      EXPECT_EQ(response.content, c.content);
    }
    EXPECT_EQ(forwarding.upstream.connections(), c.one_connection ? 1U : 2U);
  }
}

TEST(Forward, PassesInterimAnswersOnInOrder) {
  Forwarding forwarding;
  forwarding.upstream.behave([](UpstreamExchange& each) {
    each.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    each.answer("ok");
  });
  RawClient client(forwarding.port());
  client.send(request("GET", "/"));
  const Response response = client.read_response();
  ASSERT_EQ(response.interim.size(), 1U);
  EXPECT_EQ(response.interim[0], "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
}

TEST(Forward, AnswersBadGatewayForWhatIsNoAnswer) {
  struct Case {
    const char* name;
    std::string answer;
    int status = 502;
  };
  const Case cases[] = {
      {"nothing", ""},
      {"half a head", "HTTP/1.1 200 OK\r\nContent-"},
      {"no HTTP", "220 smtp\r\n\r\n"},
      {"both length and coding", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
      {"two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
      {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 1\n\na"},
      {"switching protocols unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
      {"a head without end", "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Forwarding forwarding;
    forwarding.upstream.behave([&](UpstreamExchange& each) {
      each.send(c.answer);
      each.close();
    });
    RawClient client(forwarding.port());
    client.send(request("POST", "/"));
    EXPECT_EQ(client.read_response().status, c.status);
    EXPECT_EQ(forwarding.last_reason(), "upstream_failed");
  }
}

TEST(Forward, NeverMakesACutAnswerLookWhole) {
  for (const std::string& answer :
       {std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nzz\r\n")}) {
    SCOPED_TRACE(answer);
    Forwarding forwarding;
    forwarding.upstream.behave([&](UpstreamExchange& each) {
      each.send(answer);
      each.close();
    });
    RawClient client(forwarding.port());
    client.send(request("GET", "/"));
    const Response response = client.read_response();
    EXPECT_FALSE(response.complete);
    EXPECT_EQ(client.wait_for_end(), Ending::reset);
  }
}

TEST(Forward, TriesAgainOnlyWhatIsSafe) {
  struct Case {
    const char* name;
    std::string request;
    unsigned retries;
    int failures;  // connections that end without a byte before one answers
    int status;
  };
  const Case cases[] = {{"a GET", request("GET", "/"), 1, 1, 200},
                        {"a GET, once too often", request("GET", "/"), 1, 2, 502},
                        {"a GET, no tries", request("GET", "/"), 0, 1, 502},
                        {"a DELETE", request("DELETE", "/"), 2, 2, 200},
                        {"a POST", request("POST", "/"), 1, 1, 502},
                        {"a PUT whose content has gone", request("PUT", "/", "", "x"), 1, 1, 502}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Forwarding forwarding({.retries = c.retries});
    std::atomic<int> left = c.failures;
    forwarding.upstream.behave([&](UpstreamExchange& each) {
      if (left-- > 0) return each.close();
      RecordingUpstream::answer_normally(each);
    });
    RawClient client(forwarding.port());
    client.send(c.request);
    EXPECT_EQ(client.read_response().status, c.status);
  }
}

TEST(Forward, AnIdleConnectionThatClosesAtThatMomentCostsNoTry) {
  Forwarding forwarding({.retries = 1});
  std::atomic<int> seen = 0;
  forwarding.upstream.behave([&](UpstreamExchange& each) {
    const int number = ++seen;
    if (number == 2 || number == 3) return each.close();  // the kept connection, then a new one
    each.answer("ok");
  });
  RawClient client(forwarding.port());
  client.send(request("GET", "/1"));
  EXPECT_EQ(client.read_response().status, 200);
  client.send(request("GET", "/2"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(seen, 4);
}

TEST(Forward, SaysThatAnUpstreamIsTooSlow) {
  Forwarding forwarding({.response_timeout = 100ms});
  forwarding.upstream.behave([](UpstreamExchange& each) { each.wait_for_end(); });
  for (const std::string& bytes :
       {request("GET", "/"), request("POST", "/", "", "x"),
        request("POST", "/", "Transfer-Encoding: chunked\r\n") + chunk("all of it") + chunk("")}) {
    SCOPED_TRACE(bytes);
    RawClient client(forwarding.port());
    client.send(bytes);
    EXPECT_EQ(client.read_response().status, 504);
    EXPECT_EQ(forwarding.last_reason(), "upstream_timed_out");
  }
}

TEST(Forward, DoesNotCallAnUpstreamSlowWhileItsClientIs) {
  Forwarding forwarding({.response_timeout = 100ms});
  RawClient client(forwarding.port());
  client.send(request("POST", "/", "Content-Length: 8\r\n") + "slow");
  ASSERT_TRUE(forwarding.upstream.wait_for_requests(1));
  EXPECT_EQ(client.read_response(false, 600ms).status, 0) << "a 504 would be the upstream's fault";
  client.send("ness");
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(forwarding.upstream.last().content, "slowness");
}

TEST(Forward, BlamesTheUpstreamForABadAnswerInTheMiddleOfAnUpload) {
  Forwarding forwarding;
  forwarding.upstream.behave([](UpstreamExchange& each) {
    each.send("HTTP/1.1 bad\r\n\r\n");
    each.wait_for_end();
  });
  RawClient client(forwarding.port());
  client.send(request("POST", "/", "Content-Length: 100\r\n") + "part");
  EXPECT_EQ(client.read_response().status, 502);
  EXPECT_EQ(forwarding.last_reason(), "upstream_failed");
}

TEST(Forward, BlamesTheClientForItsContent) {
  struct Case {
    const char* name;
    std::string bytes;
    bool ends;
    int status;
    const char* reason;
  };
  const Case cases[] = {
      {"bad chunks", request("POST", "/", "Transfer-Encoding: chunked\r\n") + chunk("good") + "bad\n", false, 400,
       "content_cut_short_or_malformed"},
      {"cut short", request("POST", "/", "Content-Length: 9\r\n") + "x", true, 400, "content_cut_short_or_malformed"},
      {"stalled", request("POST", "/", "Content-Length: 9\r\n") + "x", false, 408, "content_timed_out"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Forwarding forwarding({.idle_timeout = 200ms});
    RawClient client(forwarding.port());
    client.send(c.bytes);
    if (c.ends) client.socket().end_writing();
    EXPECT_EQ(client.read_response().status, c.status);
    EXPECT_EQ(forwarding.last_reason(), c.reason);
    for (const auto& seen : forwarding.upstream.requests()) {
      EXPECT_FALSE(seen.complete) << "the upstream must not take it for the whole";
    }
  }
}

TEST(Forward, PassesAnEarlyAnswerOnAndStopsTheUpload) {
  Forwarding forwarding;
  std::atomic<bool> ended = false;
  forwarding.upstream.behave([&](UpstreamExchange& each) {
    each.answer("too much", "", "413 Content Too Large");
    ended = each.wait_for_end() != Ending::open;
  });
  for (const char* framing :
       {"Content-Length: 9000000\r\n", "Content-Length: 1000\r\n", "Transfer-Encoding: chunked\r\n"}) {
    SCOPED_TRACE(framing);
    RawClient client(forwarding.port());
    client.send(request("POST", "/", framing));
    client.send(std::string_view(framing).starts_with("T") ? chunk("part") : "part");
    const Response response = client.read_response();
    EXPECT_EQ(response.status, 413);
    EXPECT_EQ(response.content, "too much");
    client.socket().end_writing();
    EXPECT_EQ(client.wait_for_end(), Ending::ended) << "a reset could lose the answer";
  }
  forwarding.upstream.start_over();
  RawClient client(forwarding.port());
  client.send(request("GET", "/after"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_TRUE(ended) << "half a request is never followed by another";
}

TEST(Forward, AsksTheClientForContentOnceTheUpstreamIsThere) {
  Forwarding forwarding;
  RawClient client(forwarding.port());
  client.send(request("POST", "/", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 100 Continue\r\n"));
  client.send("hello");
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(forwarding.upstream.last().content, "hello");
  EXPECT_EQ(forwarding.upstream.last().field("Expect"), "100-continue");
}

TEST(Forward, AClientThatGoesAwayEndsItsUpload) {
  Forwarding forwarding;
  std::promise<Ending> seen;
  forwarding.upstream.behave([&](UpstreamExchange& each) { seen.set_value(each.wait_for_end()); });
  {
    RawClient client(forwarding.port());
    client.send(request("POST", "/", "Content-Length: 100\r\n") + "part");
    ASSERT_TRUE(forwarding.upstream.wait_for_requests(1));
    client.socket().reset();
  }
  EXPECT_NE(seen.get_future().get(), Ending::open);
}

TEST(Forward, ASlowReaderSlowsTheUpstream) {
  Forwarding forwarding;
  std::promise<std::size_t> taken;
  constexpr std::size_t total = 64 << 20;
  forwarding.upstream.behave([&](UpstreamExchange& each) {
    each.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(total) + "\r\n\r\n");
    taken.set_value(each.socket().send_until_stalled(std::string(64 << 10, 'x'), total, 300ms));
    each.close();
  });
  RawClient client(forwarding.port(), 4096);
  client.send(request("GET", "/"));
  EXPECT_LT(taken.get_future().get(), total / 2) << "only the kernel's buffers fill";
}

TEST(Forward, RefusesAnAnswerThatItsEditsMakeTooLarge) {
  Forwarding forwarding({.response_fields = {{"X-Added", std::string(8'000, 'y')}}});
  forwarding.upstream.behave(
      [](UpstreamExchange& each) { each.answer("ok", "X-Long: " + std::string(63'000, 'x') + "\r\n"); });
  RawClient client(forwarding.port());
  client.send(request("GET", "/"));
  EXPECT_EQ(client.read_response().status, 502);
  EXPECT_EQ(forwarding.last_reason(), "answer_head_too_large");
}

// The upload's coroutine holds on to the upstream's connection: that went with the refused answer, and the
// client's next bytes were then sent on over freed memory.
TEST(Forward, StopsTheUploadWhenItRefusesTheAnswerToIt) {
  struct Case {
    const char* name;
    std::string framing;
    std::string part;
    std::string rest;
  };
  const Case cases[] = {{"a short upload", "Content-Length: 1000\r\n", "part", std::string(996, 'x')},
                        {"a long upload", "Content-Length: 9000000\r\n", "part", std::string(1'000, 'x')},
                        {"chunks", "Transfer-Encoding: chunked\r\n", chunk("part"), chunk("more") + chunk("")}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::promise<Ending> upload_ended;
    Forwarding forwarding({.response_fields = {{"X-Added", std::string(8'000, 'y')}}});
    forwarding.upstream.behave([&](UpstreamExchange& each) {
      each.answer("ok", "X-Long: " + std::string(63'000, 'x') + "\r\n");
      upload_ended.set_value(each.wait_for_end());
    });
    RawClient client(forwarding.port());
    client.send(request("POST", "/", c.framing) + c.part);
    EXPECT_EQ(client.read_response().status, 502);
    EXPECT_EQ(forwarding.last_reason(), "answer_head_too_large");
    EXPECT_NE(upload_ended.get_future().get(), Ending::open) << "half a request is never followed by another";

    forwarding.upstream.start_over();
    client.send(c.rest);
    client.socket().end_writing();
    EXPECT_EQ(client.wait_for_end(), Ending::ended) << "a reset could lose the answer";
    RawClient next(forwarding.port());
    next.send(request("GET", "/after"));
    const Response response = next.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.content, "GET /after 0\n");
    EXPECT_EQ(forwarding.upstream.last().connection, 2U);
  }
}

}  // namespace
}  // namespace bearward::pipeline
