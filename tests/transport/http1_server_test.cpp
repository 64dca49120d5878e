#include "transport/http1_server.h"

#include <gtest/gtest.h>

#include <array>
#include <latch>

#include "async/event.h"
#include "support/certificates.h"
#include "support/http_client.h"
#include "support/tls_client.h"
#include "transport/serving.h"

namespace bearward::transport {
namespace {

using namespace std::chrono_literals;
using testing::chunk;
using testing::echo;
using testing::Ending;
using testing::PieceByPiece;
using testing::RawClient;
using testing::request;
using testing::Response;
using testing::Serving;
using testing::TlsClient;

/// Sends content of unknown length.
Task<http::Response> in_pieces(http::Request) {
  http::Response response;
  response.status = 200;
  response.content = std::make_unique<PieceByPiece>(std::vector<std::string>{"one ", "two ", "three"});
  co_return response;
}

Task<http::Response> unread(http::Request) { co_return testing::ok("unread"); }

TEST(Http1Server, AnswersPipelinedRequestsInOrder) {
  Serving serving(echo);
  RawClient client(serving.port());
  client.send(request("GET", "/1") + request("POST", "/2", "", "two") +
              request("POST", "/3", "Transfer-Encoding: chunked\r\n") + chunk("thr") + chunk("ee") + chunk("") +
              request("GET", "/4"));
  EXPECT_EQ(client.read_response().content, "GET /1 ");
  EXPECT_EQ(client.read_response().content, "POST /2 two");
  EXPECT_EQ(client.read_response().content, "POST /3 three");
  const Response last = client.read_response();
  EXPECT_EQ(last.content, "GET /4 ");
  EXPECT_EQ(last.ending, Ending::open);
  EXPECT_EQ(last.field("Connection"), "");
  EXPECT_NE(last.field("Date"), "");
}

TEST(Http1Server, TakesBytesHoweverTheyCome) {
  Serving serving(echo);
  RawClient client(serving.port());
  const std::string bytes = request("POST", "/slow", "Transfer-Encoding: chunked\r\n") + chunk("piecemeal") + chunk("");
  for (const char c : bytes) ASSERT_TRUE(client.send({&c, 1}));
  EXPECT_EQ(client.read_response().content, "POST /slow piecemeal");
}

TEST(Http1Server, RefusesTheAmbiguousAndClosesWithoutLookingFurther) {
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  struct Case {
    const char* name;
    std::string bytes;
    int status;
  };
  const Case cases[] = {
      {"both length and coding",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
       400},
      {"two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 50\r\n\r\n" + smuggled, 400},
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n" + smuggled, 400},
      {"a long target", "GET /" + std::string(20'000, 'x'), 414},
      {"a long field", "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'), 431},
      {"too much content announced", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n" + smuggled, 413}};
  std::atomic<int> seen = 0;
  Serving serving([&](http::Request each) {
    ++seen;
    return echo(each);
  });
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient client(serving.port());
    client.send(c.bytes);
    const Response response = client.read_response();
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.field("Connection"), "close");
    client.socket().end_writing();
    EXPECT_EQ(client.wait_for_end(), Ending::ended);
  }
  EXPECT_EQ(seen, 0);
}

TEST(Http1Server, RefusesBadChunksAndEndsThere) {
  std::atomic<int> answered = 0;
  Serving serving([&](http::Request each) -> Task<http::Response> {
    ++answered;
    return echo(each);
  });
  RawClient client(serving.port());
  client.send(request("POST", "/", "Transfer-Encoding: chunked\r\n") + "5\nhello\r\n0\r\n\r\n" +
              request("GET", "/smuggled"));
  EXPECT_EQ(client.read_response().status, 400);
  client.socket().end_writing();
  EXPECT_EQ(client.wait_for_end(), Ending::ended);
  EXPECT_EQ(answered, 1);
}

TEST(Http1Server, StopsChunkedContentAtTheLimit) {
  Serving serving(echo, {16 * 1024, 1'000, 20s, 20s});
  RawClient client(serving.port());
  client.send(request("POST", "/", "Transfer-Encoding: chunked\r\n") + chunk(std::string(900, 'x')) +
              chunk(std::string(101, 'x')));
  const Response response = client.read_response();
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.field("Connection"), "close");
}

TEST(Http1Server, DropsLittleContentThatNobodyTookAndGoesOn) {
  Serving serving(unread);
  RawClient client(serving.port());
  client.send(request("POST", "/", "", std::string(50'000, 'x')) + request("GET", "/next"));
  EXPECT_EQ(client.read_response().content, "unread");
  EXPECT_EQ(client.read_response().content, "unread");
}

TEST(Http1Server, ClosesAfterMuchContentThatNobodyTookAndTheAnswerArrives) {
  Serving serving(unread);
  for (const char* framing : {"Content-Length: 900000\r\n", "Transfer-Encoding: chunked\r\n",
                              "Content-Length: 10\r\nExpect: 100-continue\r\n"}) {
    SCOPED_TRACE(framing);
    RawClient client(serving.port());
    client.send(request("POST", "/", framing) + std::string(100'000, '1'));
    const Response response = client.read_response();
    EXPECT_EQ(response.content, "unread");
    EXPECT_EQ(response.field("Connection"), "close");
    EXPECT_TRUE(response.interim.empty());
    client.socket().end_writing();
    EXPECT_EQ(client.wait_for_end(), Ending::ended) << "a reset could lose the answer";
  }
}

TEST(Http1Server, AsksForContentWithContinueOnlyWhenItIsWanted) {
  Serving serving(echo);
  RawClient client(serving.port());
  client.send(request("POST", "/", "Content-Length: 5\r\nExpect: 100-continue\r\n"));
  EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 100 Continue\r\n"));
  client.send("hello");
  EXPECT_EQ(client.read_response().content, "POST / hello");
}

/// Reads all of a request's content in the background, as a forwarded request does.
class ReadsOn final : public http::Content {
 public:
  ReadsOn(http::Content& upload, std::latch& answered) : upload_(upload), answered_(answered) {}
  std::optional<std::uint64_t> length() const override { return std::nullopt; }
  std::string_view read_buffered() override { return {}; }
  Task<Result<std::string_view>> read() override {
    if (std::exchange(begun_, true)) co_return std::string_view{};
    co_return std::string_view("early");
  }
  bool settled() const override { return false; }
  Task<> settle() override {
    answered_.count_down();
    co_await upload_.read();
    co_await upload_.read();
  }

 private:
  http::Content& upload_;
  std::latch& answered_;
  bool begun_ = false;
};

TEST(Http1Server, NeverSendsContinueBehindTheFinalResponse) {
  std::latch answered(1);
  Serving serving(
      [&](http::Request each) -> Task<http::Response> {
        http::Response response;
        response.status = 200;
        response.content = std::make_unique<ReadsOn>(each.content, answered);
        co_return response;
      },
      {16 * 1024, 1024 * 1024, 20s, 200ms});
  RawClient client(serving.port());
  client.send(request("POST", "/", "Content-Length: 10\r\nExpect: 100-continue\r\n") + "part");
  const Response response = client.read_response();
  EXPECT_EQ(response.content, "early");
  answered.wait();
  EXPECT_EQ(client.read_head(), "") << "the client would take it for the next answer";
}

TEST(Http1Server, KeepsAndEndsConnectionsAsAgreed) {
  struct Case {
    const char* name;
    std::string request;
    std::string connection;
    Ending ending;
  };
  const Case cases[] = {
      {"HTTP/1.1 stays", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "", Ending::open},
      {"HTTP/1.1 that closes", "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "close", Ending::ended},
      {"HTTP/1.0 closes", "GET / HTTP/1.0\r\n\r\n", "close", Ending::ended},
      {"HTTP/1.0 that asks to stay", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", Ending::open}};
  Serving serving(echo);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    RawClient client(serving.port());
    client.send(c.request);
    const Response response = client.read_response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("Connection"), c.connection);
    if (c.ending != Ending::open) {
      EXPECT_EQ(client.wait_for_end(), c.ending);
    }
  }
}

TEST(Http1Server, EndsTheConnectionWhereThatEndsTheContent) {
  Serving serving(in_pieces);
  RawClient client(serving.port());
  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /next HTTP/1.0\r\n\r\n");
  const Response response = client.read_response();
  EXPECT_EQ(response.content, "one two three") << "no second answer within the first one's content";
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_EQ(response.field("Transfer-Encoding"), "");
  EXPECT_EQ(client.wait_for_end(), Ending::ended);
}

TEST(Http1Server, SendsContentOfUnknownLengthInChunks) {
  Serving serving(in_pieces);
  RawClient client(serving.port());
  client.send(request("GET", "/"));
  const Response response = client.read_response();
  EXPECT_EQ(response.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(response.content, "one two three");
  EXPECT_TRUE(response.complete);
  client.send(request("GET", "/"));
  EXPECT_EQ(client.read_response().content, "one two three");
}

TEST(Http1Server, ResetsWhatWasCutShort) {
  struct Case {
    const char* name;
    std::optional<std::uint64_t> length;
    bool fails;
    const char* request;
  };
  const Case cases[] = {{"chunks", {}, true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
                        {"a length", 100, true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
                        {"shorter than announced", 100, false, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
                        {"until the end", {}, true, "GET / HTTP/1.0\r\n\r\n"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Serving serving([&](http::Request) -> Task<http::Response> {
      http::Response response;
      response.status = 200;
      response.content = std::make_unique<PieceByPiece>(std::vector<std::string>{"part"}, c.length, c.fails);
      co_return response;
    });
    RawClient client(serving.port());
    client.send(c.request);
    EXPECT_EQ(client.wait_for_end(), Ending::reset);
  }
}

TEST(Http1Server, AnswersHeadWithoutContent) {
  Serving serving(unread);
  RawClient client(serving.port());
  client.send(request("HEAD", "/") + request("GET", "/"));
  const Response head = client.read_response(true);
  EXPECT_EQ(head.field("Content-Length"), "6");
  EXPECT_EQ(client.read_response().content, "unread");
}

TEST(Http1Server, AnswersAnExceptionWith500AndCloses) {
  Serving serving([](http::Request) -> Task<http::Response> {
    throw std::runtime_error("a bug");
    co_return http::Response{};
  });
  RawClient client(serving.port());
  client.send(request("GET", "/"));
  const Response response = client.read_response();
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.content.find("a bug"), std::string::npos);
  EXPECT_EQ(response.field("Connection"), "close");
}

TEST(Http1Server, EndsByItsTimeouts) {
  struct Case {
    const char* name;
    Http1Limits limits;
    std::string bytes;
    int status;
  };
  const Case cases[] = {
      {"a head that never ends", {16 * 1024, 1'000, 100ms, 20s}, "GET / HTTP/1.1\r\n", 408},
      {"an idle connection", {16 * 1024, 1'000, 20s, 100ms}, "", 0},
      {"an idle connection that was used", {16 * 1024, 1'000, 20s, 100ms}, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"content that stops", {16 * 1024, 1'000, 20s, 100ms}, request("POST", "/", "Content-Length: 9\r\n") + "x", 400}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Serving serving(echo, c.limits);
    RawClient client(serving.port());
    if (!c.bytes.empty()) client.send(c.bytes);
    if (c.status != 0) {
      EXPECT_EQ(client.read_response().status, c.status);
    }
    EXPECT_NE(client.wait_for_end(), Ending::open);
  }
}

TEST(Http1Server, EndsAClientThatReadsNothing) {
  Serving serving([](http::Request) -> Task<http::Response> { co_return testing::ok(std::string(16 << 20, 'x')); },
                  {16 * 1024, 1'000, 20s, 200ms});
  RawClient client(serving.port(), 4096);
  client.send(request("GET", "/"));
  std::uint64_t open = 1;
  const auto give_up = steady_now() + testing::patience;
  while (open != 0 && steady_now() < give_up) serving.run([&] { open = serving.server().open_connections(); });
  EXPECT_EQ(open, 0U);
}

TEST(Http1Server, DrainFinishesWhatRunsAndSaysThatItIsTheLast) {
  std::promise<void> in_handler;
  async::Event go_on;
  Serving serving([&](http::Request) -> Task<http::Response> {
    in_handler.set_value();
    co_await go_on.wait();
    co_return testing::ok("finished");
  });
  RawClient busy(serving.port());
  busy.send(request("GET", "/"));
  in_handler.get_future().wait();
  serving.run([&] { serving.server().drain(); });
  serving.run([&] { go_on.set(); });
  const Response response = busy.read_response();
  EXPECT_EQ(response.content, "finished");
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_EQ(busy.wait_for_end(), Ending::ended);
}

TEST(Http1Server, DrainGivesConnectionsInUseAMomentForOneMoreRequest) {
  Serving serving(echo);
  RawClient idle(serving.port()), used(serving.port());
  EXPECT_EQ(idle.exchange(request("GET", "/")).status, 200);
  EXPECT_EQ(idle.wait_for_end(1'500ms), Ending::open);  // idle for longer than that moment
  EXPECT_EQ(used.exchange(request("GET", "/")).status, 200);
  RawClient just_connected(serving.port());

  serving.run([&] { serving.server().drain(); });
  EXPECT_EQ(idle.wait_for_end(), Ending::ended);
  for (RawClient* each : {&used, &just_connected}) {
    const Response response = each->exchange(request("GET", "/last"));
    EXPECT_EQ(response.content, "GET /last ");
    EXPECT_EQ(response.field("Connection"), "close");
    EXPECT_EQ(each->wait_for_end(), Ending::ended);
  }
}

TEST(Http1Server, DrainClosesThoseThatSendNothingInTheirMoment) {
  Serving serving(echo, {16 * 1024, 1'000, 60s, 60s});
  RawClient silent(serving.port());
  EXPECT_EQ(silent.exchange(request("GET", "/")).status, 200);
  serving.run([&] { serving.server().drain(); });
  EXPECT_EQ(silent.wait_for_end(), Ending::ended);
}

TEST(Http1Server, CutResetsWhatIsUnderWay) {
  Serving serving([](http::Request) -> Task<http::Response> { co_return testing::ok(std::string(16 << 20, 'x')); });
  RawClient client(serving.port(), 4096);
  client.send(request("GET", "/"));
  EXPECT_NE(client.read_head(), "");
  serving.run([&] { serving.server().cut(); });
  EXPECT_EQ(client.wait_for_end(), Ending::reset);
}

TEST(Listener, ServesWhomTheKernelHasTakenWhenItStops) {
  Serving serving(echo);
  std::vector<RawClient> clients;
  serving.run([&] {  // nobody accepts meanwhile
    for (int i = 0; i < 20; ++i) clients.emplace_back(serving.port()).send(request("GET", "/queued"));
    serving.listener().stop();
    serving.server().drain();
  });
  for (RawClient& each : clients) EXPECT_EQ(each.read_response().content, "GET /queued ");
  EXPECT_THROW(RawClient{serving.port()}, std::runtime_error);
}

TEST(Listener, HoldsConnectionsBackAtTheCap) {
  Serving serving(echo);
  serving.cap().set(1, 0);
  auto first = std::make_unique<RawClient>(serving.port());
  first->send(request("GET", "/1"));
  EXPECT_EQ(first->read_response().status, 200);
  RawClient second(serving.port());
  second.send(request("GET", "/2"));
  EXPECT_EQ(second.read_response(false, 100ms).status, 0);
  first.reset();
  EXPECT_EQ(second.read_response().status, 200);
}

std::shared_ptr<const crypto::TlsContext> tls_for(std::initializer_list<const char*> names) {
  std::vector<crypto::ServerCertificate> certificates;
  for (const char* name : names) {
    testing::Certificate made = testing::make_certificate(name);
    certificates.push_back({made.certificate, Secret(made.private_key)});
  }
  return *crypto::TlsContext::server(
      {.certificates = certificates, .tickets = {.keys = crypto::ticket_keys_of_process()}});
}

TEST(TlsStream, CarriesMuchBothWaysInEveryVersion) {
  const std::string content(900'000, 'x');
  Serving serving(echo, Serving::usual_limits, tls_for({"gateway.test"}));
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    SCOPED_TRACE(version);
    TlsClient client(serving.port(), {.min_version = version, .max_version = version});
    ASSERT_TRUE(client.connected()) << client.failure();
    for (int i = 0; i < 3; ++i) {
      client.send(request("POST", "/", "", content));
      const Response response = client.read_response();
      EXPECT_EQ(response.content.size(), content.size() + 7);
      EXPECT_TRUE(response.complete);
    }
    client.send(request("GET", "/1") + request("GET", "/2"));  // both in one record: the second lies in memory
    EXPECT_EQ(client.read_response().content, "GET /1 ");
    EXPECT_EQ(client.read_response().content, "GET /2 ");
  }
}

TEST(TlsStream, SaysThatItEnds) {
  Serving serving(echo, Serving::usual_limits, tls_for({"gateway.test"}));
  TlsClient client(serving.port());
  client.send(request("GET", "/", "Connection: close\r\n"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.wait_for_end(), Ending::ended);
}

TEST(TlsStream, ChoosesTheCertificateByServerName) {
  Serving serving(echo, Serving::usual_limits, tls_for({"gateway.test", "other.test", "*.wild.test"}));
  const auto shown = [&](const std::string& name) {
    TlsClient client(serving.port(), {.server_name = name});
    return client.certificate_name();
  };
  EXPECT_EQ(shown("gateway.test"), "gateway.test");
  EXPECT_EQ(shown("Other.Test"), "other.test");
  EXPECT_EQ(shown("a.wild.test"), "*.wild.test");
  EXPECT_EQ(shown("a.b.wild.test"), "gateway.test");
  EXPECT_EQ(shown("unknown.test"), "gateway.test");
  EXPECT_EQ(shown(""), "gateway.test");
}

TEST(TlsStream, RefusesOldVersionsAndResumes) {
  Serving serving(echo, Serving::usual_limits, tls_for({"gateway.test"}));
  EXPECT_FALSE(TlsClient(serving.port(), {.min_version = TLS1_VERSION, .max_version = TLS1_1_VERSION}).connected());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient first(serving.port(), {.min_version = version, .max_version = version});
    first.send(request("GET", "/"));
    EXPECT_EQ(first.read_response().status, 200);
    TlsClient again(serving.port(), {.min_version = version, .max_version = version, .session = first.session()});
    EXPECT_TRUE(again.resumed()) << version;
  }
}

TEST(TlsStream, EndsAHandshakeThatNeverComes) {
  Serving serving(echo, {16 * 1024, 1'000, 20s, 20s, 100ms}, tls_for({"gateway.test"}));
  RawClient silent(serving.port()), half(serving.port()), clear(serving.port());
  half.send(std::string_view("\x16\x03\x01\x02", 4));
  clear.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_NE(silent.wait_for_end(), Ending::open);
  EXPECT_NE(half.wait_for_end(), Ending::open);
  EXPECT_NE(clear.wait_for_end(), Ending::open);
}

}  // namespace
}  // namespace bearward::transport
