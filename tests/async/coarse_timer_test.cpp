#include "async/coarse_timer.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace bearward::async {
namespace {

using namespace std::chrono_literals;

/// How long a loop may run on before a test gives it up.
constexpr auto patience = 20s;

/// A connected socket whose other end says nothing.
struct Silent {
  explicit Silent(asio::io_context& io) : socket(io.get_executor()) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("socketpair");
    socket.assign(asio::ip::tcp::v4(), ends[0]);
    other = ends[1];
  }
  ~Silent() { ::close(other); }
  Socket socket;
  int other;
};

TEST(CoarseTimer, EndsWhenItsOwnTickStopsIt) {
  asio::io_context io{1};
  CoarseTimer timer(io.get_executor());
  int ticks = 0;
  timer.on_tick([&] {
    ++ticks;
    timer.stop();
  });
  timer.start();
  io.run_for(patience);
  EXPECT_TRUE(io.stopped()) << "a worker would never end";
  EXPECT_EQ(ticks, 1);
}

TEST(CoarseTimer, CanBeStartedAgain) {
  asio::io_context io{1};
  CoarseTimer timer(io.get_executor());
  int ticks = 0;
  timer.on_tick([&] {
    if (++ticks % 2 == 0) timer.stop();
  });
  timer.start();
  io.run_for(patience);
  timer.start();
  io.restart();
  io.run_for(patience);
  EXPECT_EQ(ticks, 4);
}

TEST(SocketDeadline, CancelsTheWaitNeverBeforeItsTime) {
  for (const auto limit : {1ms, 150ms}) {
    SCOPED_TRACE(limit.count());
    asio::io_context io{1};
    CoarseTimer timer(io.get_executor());
    Silent silent(io);
    SocketDeadline deadline(timer, silent.socket);
    timer.start();
    SteadyTime armed, ended;
    error_code error;
    auto task = [&]() -> Task<> {
      asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>
          late(io.get_executor(), 95ms);  // just before a tick, when `now` is oldest
      co_await late.async_wait(use_task);
      deadline.arm(limit);
      armed = steady_now();
      auto [result] = co_await silent.socket.async_wait(Socket::wait_read, use_task);
      error = result;
      ended = steady_now();
      timer.stop();
    };
    asio::co_spawn(io, task(), asio::detached);
    io.run_for(patience);
    EXPECT_EQ(error, asio::error::operation_aborted);
    EXPECT_TRUE(deadline.expired());
    EXPECT_GE(ended - armed, limit);
  }
}

TEST(SocketDeadline, DisarmedNeverExpiresAndArmedAnewForgetsThatItDid) {
  asio::io_context io{1};
  CoarseTimer timer(io.get_executor());
  Silent silent(io), other(io);
  SocketDeadline deadline(timer, silent.socket);
  {
    const SocketDeadline gone(timer, other.socket);  // the list closes over one that went
  }
  SocketDeadline disarmed(timer, other.socket);
  disarmed.arm(1ms);
  disarmed.disarm();
  deadline.arm(1ms);
  timer.on_tick([&] {
    if (deadline.expired()) timer.stop();
  });
  timer.start();
  io.run_for(patience);
  EXPECT_TRUE(deadline.expired());
  EXPECT_FALSE(disarmed.expired());
  deadline.arm(1h);
  EXPECT_FALSE(deadline.expired());
}

}  // namespace
}  // namespace bearward::async
