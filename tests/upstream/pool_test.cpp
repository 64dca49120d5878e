#include "upstream/pool.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "support/free_port.h"
#include "support/recording_upstream.h"
#include "transport/serving.h"
#include "upstream/retry.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;
using testing::PieceByPiece;
using testing::RecordingUpstream;

class NoInterim final : public http::InterimSender {
 public:
  Task<> send_interim(const http::ResponseHead&) override { co_return; }
};

/// A worker in the test's own thread, and a pool of it.
class Pooling {
 public:
  explicit Pooling(std::vector<config::Target> targets, unsigned idle_connections = 4,
                   std::chrono::milliseconds connect_timeout = 5s)
      : timer_(io_.get_executor()) {
    config::Upstream settings;
    settings.name = "legacy";
    settings.targets = std::move(targets);
    settings.idle_connections = idle_connections;
    settings.connect_timeout = connect_timeout;
    use(settings);
  }

  /// As a reload does.
  void use(const config::Upstream& settings) {
    auto group = std::make_shared<Group>(settings);
    if (group_) group->adopt(*group_);
    group_ = std::move(group);
    const auto next = std::make_shared<Pool>(Thread{io_.get_executor(), timer_, buffers_}, group_, pool.get());
    if (pool) pool->retire(next.get());
    pool = next;
  }

  const Group& group() const { return *group_; }

  Result<Pool::Lease, NoTarget> take(bool fresh = false) {
    Tries tries{.until = steady_now() + 1h, .fresh = fresh};
    return take(tries);
  }

  Result<Pool::Lease, NoTarget> take(Tries& tries) {
    std::optional<Result<Pool::Lease, NoTarget>> taken;
    run(pool->take(tries), taken);
    return std::move(*taken);
  }

  /// A whole exchange on `lease`; the status.
  int exchange(Pool::Lease& lease) {
    std::optional<int> status;
    run(get(lease), status);
    return *status;
  }

 private:
  static Task<int> get(Pool::Lease& lease) {
    PieceByPiece nothing({}, 0);
    NoInterim interim;
    const transport::Http1Client::Request asked;
    const auto head =
        co_await lease->exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n", nothing, asked, interim, {20s, 20s});
    if (!head) co_return 0;
    auto content = lease->content_of(*head);
    while (true) {
      const Result<std::string_view> part = co_await content.read();
      if (!part || part->empty()) break;
    }
    const int status = head->status;
    lease->finish(content.finished());
    co_return status;
  }

  template <class T>
  void run(Task<T> task, std::optional<T>& result) {
    timer_.start();
    asio::co_spawn(io_, std::move(task), [&](const std::exception_ptr& thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
      timer_.stop();
    });
    io_.restart();
    io_.run_for(testing::patience);
    if (!result) throw std::runtime_error("the task does not end");
  }

  asio::io_context io_{1};
  async::CoarseTimer timer_;
  transport::BufferPool buffers_;
  std::shared_ptr<const Group> group_;

 public:
  std::shared_ptr<Pool> pool;
};

config::Target at(std::uint16_t port) { return {"127.0.0.1", port, {}}; }

TEST(Pool, UsesAConnectionAgainOnceItsExchangeEndedWell) {
  RecordingUpstream upstream;
  Pooling pooling({at(upstream.port())});
  {
    auto lease = pooling.take();
    ASSERT_TRUE(lease);
    EXPECT_FALSE(lease->reused());
    EXPECT_EQ(pooling.exchange(*lease), 200);
  }
  EXPECT_EQ(pooling.pool->idle(), 1U);
  {
    auto again = pooling.take();
    ASSERT_TRUE(again);
    EXPECT_TRUE(again->reused());
    EXPECT_EQ(pooling.exchange(*again), 200);
    auto fresh = pooling.take(true);
    ASSERT_TRUE(fresh);
    EXPECT_FALSE(fresh->reused());
    EXPECT_EQ(pooling.exchange(*fresh), 200);
  }
  EXPECT_EQ(upstream.connections(), 2U);
}

TEST(Pool, NeverUsesOneThatWasAbandonedInTheMiddle) {
  RecordingUpstream upstream;
  Pooling pooling({at(upstream.port())});
  {
    auto lease = pooling.take();
    ASSERT_TRUE(lease);
    EXPECT_EQ(pooling.exchange(*lease), 200);
    lease->discard();
  }
  EXPECT_EQ(pooling.pool->idle(), 0U);
}

TEST(Pool, NeverUsesOneWhoseUpstreamClosedItOrSpokeUnasked) {
  for (const bool speaks : {false, true}) {
    SCOPED_TRACE(speaks);
    RecordingUpstream upstream;
    std::promise<testing::UpstreamExchange*> held;
    std::promise<void> go_on, done;
    upstream.behave([&](testing::UpstreamExchange& each) {
      each.answer("ok");
      go_on.get_future().wait();
      if (speaks) {
        each.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison");
      } else {
        each.socket().end_writing();
      }
      done.set_value();
    });
    Pooling pooling({at(upstream.port())});
    {
      auto lease = pooling.take();
      ASSERT_TRUE(lease);
      EXPECT_EQ(pooling.exchange(*lease), 200);
    }
    ASSERT_EQ(pooling.pool->idle(), 1U);
    go_on.set_value();
    done.get_future().wait();
    upstream.start_over();
    auto next = pooling.take();
    ASSERT_TRUE(next);
    EXPECT_FALSE(next->reused());
  }
}

TEST(Pool, DropsIdleConnectionsThatHaveDiedAndKeepsTheOthers) {
  for (const bool speaks : {false, true}) {
    SCOPED_TRACE(speaks);
    std::promise<void> go_on, done;
    std::promise<testing::Ending> closed;
    RecordingUpstream upstream;
    upstream.behave([&](testing::UpstreamExchange& each) {
      each.answer("ok");
      if (each.request().connection != 1) return;
      go_on.get_future().wait();
      if (speaks) {
        each.send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
      } else {
        each.socket().end_writing();
      }
      done.set_value();
      closed.set_value(each.wait_for_end());
    });
    Pooling pooling({at(upstream.port())});
    {
      auto dying = pooling.take(true);
      ASSERT_TRUE(dying);
      EXPECT_EQ(pooling.exchange(*dying), 200);
      auto good = pooling.take(true);
      ASSERT_TRUE(good);
      EXPECT_EQ(pooling.exchange(*good), 200);
    }
    pooling.pool->drop_dead();
    EXPECT_EQ(pooling.pool->idle(), 2U) << "nothing has died yet";
    go_on.set_value();
    done.get_future().wait();
    upstream.start_over();
    pooling.pool->drop_dead();
    EXPECT_EQ(pooling.pool->idle(), 1U);
    EXPECT_NE(closed.get_future().get(), testing::Ending::open) << "its descriptor would be held for ever";

    auto next = pooling.take();
    ASSERT_TRUE(next);
    EXPECT_TRUE(next->reused());
    EXPECT_EQ(pooling.pool->idle(), 0U);
    EXPECT_EQ(pooling.exchange(*next), 200);
    EXPECT_EQ(upstream.last().connection, 2U);
  }
}

TEST(Pool, KeepsNoMoreThanItMay) {
  RecordingUpstream upstream;
  Pooling pooling({at(upstream.port())}, 2);
  {
    std::vector<Pool::Lease> leases;
    for (int i = 0; i < 3; ++i) {
      auto lease = pooling.take();
      ASSERT_TRUE(lease);
      EXPECT_EQ(pooling.exchange(*lease), 200);
      leases.push_back(std::move(*lease));
    }
  }
  EXPECT_EQ(pooling.pool->idle(), 2U);
}

TEST(Pool, TakesTargetsInTurnAndPassesOverOneThatIsDown) {
  RecordingUpstream first, second;
  Pooling pooling({at(first.port()), at(testing::free_port()), at(second.port())});
  for (int i = 0; i < 4; ++i) {
    auto lease = pooling.take(true);
    ASSERT_TRUE(lease);
    EXPECT_EQ(pooling.exchange(*lease), 200);
    lease->discard();
  }
  EXPECT_EQ(first.requests().size(), 2U);
  EXPECT_EQ(second.requests().size(), 2U);
}

TEST(Pool, SaysWhyItCannotConnect) {
  Pooling refused({at(testing::free_port())});
  const auto none = refused.take();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), NoTarget::cannot_connect);

  // A listener whose backlog is full answers no handshake.
  const testing::TcpSocket full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(full.descriptor(), reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(::listen(full.descriptor(), 0), 0);
  ::getsockname(full.descriptor(), reinterpret_cast<sockaddr*>(&address), &length);
  const testing::TcpSocket waiting = testing::TcpSocket::connect(ntohs(address.sin_port));
  Pooling slow({at(ntohs(address.sin_port))}, 4, 100ms);
  const auto late = slow.take();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), NoTarget::connecting_timed_out);
}

config::Upstream to_targets(std::vector<config::Target> targets) {
  config::Upstream settings;
  settings.name = "legacy";
  settings.targets = std::move(targets);
  return settings;
}

TEST(Pool, ChoosesNoTargetThatIsDown) {
  RecordingUpstream first, second;
  Pooling pooling({at(first.port()), at(second.port())});
  pooling.group().targets()[0]->set_healthy(false, steady_now());
  for (int i = 0; i < 4; ++i) {
    auto lease = pooling.take(true);
    ASSERT_TRUE(lease);
    EXPECT_EQ(lease->target().port(), second.port());
  }
  pooling.group().targets()[1]->set_healthy(false, steady_now());
  const auto none = pooling.take();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), NoTarget::none_healthy);
}

TEST(Pool, TriesAnotherTargetAndTheSameAgainOnlyWhereThereIsNoOther) {
  RecordingUpstream first, second;
  Pooling pooling({at(first.port()), at(second.port())});
  Tries tries{.until = steady_now() + 1h};
  std::vector<std::uint16_t> seen;
  for (int i = 0; i < 3; ++i) {
    auto lease = pooling.take(tries);
    ASSERT_TRUE(lease);
    seen.push_back(lease->target().port());
  }
  EXPECT_NE(seen[0], seen[1]);
}

TEST(Pool, EjectsATargetThatFailsRepeatedlyAndNeverMoreThanHalf) {
  RecordingUpstream good;
  Pooling pooling({at(testing::free_port()), at(good.port()), at(testing::free_port())});
  const auto& targets = pooling.group().targets();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(pooling.take(true));
  const SteadyTime now = steady_now();
  EXPECT_EQ(targets[0]->ejected(now) + targets[2]->ejected(now), 1) << "one of three is the most";
  EXPECT_FALSE(targets[1]->ejected(now));
}

TEST(Pool, KeepsTheConnectionsOfTargetsThatAReloadLeavesAndClosesTheOthers) {
  RecordingUpstream stays, goes;
  std::promise<testing::Ending> ended;
  goes.behave([&](testing::UpstreamExchange& each) {
    each.answer("ok");
    if (each.request().connection == 1) ended.set_value(each.wait_for_end());
  });
  Pooling pooling({at(stays.port()), at(goes.port())});
  const auto before = pooling.pool;
  for (int i = 0; i < 2; ++i) {
    auto lease = pooling.take();
    ASSERT_TRUE(lease);
    EXPECT_EQ(pooling.exchange(*lease), 200);
  }
  EXPECT_EQ(pooling.pool->idle(), 2U);
  Tries in_flight{.until = steady_now() + 1h, .fresh = true};
  in_flight.tried.set(0);
  auto lease = pooling.take(in_flight);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->target().port(), goes.port());

  auto settings = to_targets({at(stays.port())});
  settings.idle_connections = 4;
  pooling.use(settings);
  EXPECT_EQ(ended.get_future().get(), testing::Ending::ended) << "an idle connection to a target that is gone";
  EXPECT_EQ(pooling.pool->idle(), 1U);
  EXPECT_EQ(pooling.exchange(*lease), 200) << "what runs is finished";
  lease = std::unexpected(NoTarget::none_healthy);
  EXPECT_EQ(before->idle(), 1U) << "and its connection not kept";
  auto again = pooling.take();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->reused());
}

TEST(Pool, TriesTheNextAddressOfANameWhereOneRefuses) {
  RecordingUpstream upstream;
  Pooling pooling({{"service.test", upstream.port(), {}}});
  const auto address = [](const char* text) { return boost::asio::ip::make_address(text); };
  Target& target = *pooling.group().targets().front();
  target.set_addresses({address("127.0.0.9"), address("127.0.0.1")});
  {
    auto lease = pooling.take();
    ASSERT_TRUE(lease);
    EXPECT_EQ(pooling.exchange(*lease), 200);
  }
  EXPECT_EQ(target.first_endpoint, 1U) << "the one that answered comes first from now on";

  pooling.pool->drop_dead();
  EXPECT_EQ(pooling.pool->idle(), 1U);
  target.set_addresses({address("127.0.0.9")});
  pooling.pool->drop_dead();
  EXPECT_EQ(pooling.pool->idle(), 0U) << "the name stands for another server now";
}

TEST(Pool, WaitsForANameThatHasNotBeenLookedUpYetButNotForLong) {
  Pooling pooling({{"service.test", 80, {}}}, 4, 100ms);
  const auto late = pooling.take();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error(), NoTarget::connecting_timed_out);
  pooling.group().targets().front()->set_addresses({});
  const auto none = pooling.take();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error(), NoTarget::cannot_connect) << "it has no address: nothing to wait for";
}

TEST(Pool, NamesItsFirstTargetWhereARequestNamesNoHost) {
  EXPECT_EQ(Pooling({{"legacy.test", 8080, {}}}).pool->default_host(), "legacy.test:8080");
  EXPECT_EQ(Pooling({{"legacy.test", 80, {}}}).pool->default_host(), "legacy.test");
  EXPECT_EQ(Pooling({{"::1", 8080, {}}}).pool->default_host(), "[::1]:8080");
}

TEST(MayTryAgain, OnlyWhereNothingWasAnsweredAndTheMethodIsIdempotent) {
  using Failure = transport::Http1Client::Failure;
  const Failure closed{.error = asio::error::eof, .client_error = {}};
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
    EXPECT_TRUE(may_try_again(method, closed)) << method;
  for (const char* method : {"POST", "PATCH", "get", "MOVE"}) EXPECT_FALSE(may_try_again(method, closed)) << method;
  EXPECT_FALSE(may_try_again("GET", {.error = asio::error::eof, .answered = true, .client_error = {}}));
  EXPECT_FALSE(may_try_again("PUT", {.error = asio::error::eof, .content_begun = true, .client_error = {}}));
  EXPECT_FALSE(may_try_again("GET", {.error = asio::error::eof, .client_error = asio::error::connection_aborted}))
      << "nobody waits for the answer";
  EXPECT_FALSE(may_try_again("GET", {.error = asio::error::timed_out, .client_error = {}}))
      << "it would only wait as long again";
}

}  // namespace
}  // namespace bearward::upstream
