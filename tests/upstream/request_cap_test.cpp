#include "upstream/request_cap.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <thread>
#include <vector>

#include "support/tcp_socket.h"

namespace bearward::upstream {
namespace {

using namespace std::chrono_literals;

/// Requests that enter on one thread, each kept until it is ended.
struct Entering {
  explicit Entering(const RequestCap::Limits& limits) : cap(std::make_shared<RequestCap>(limits)) {}

  void enter(char name) {
    const auto request = [](Entering& test, char called) -> Task<> {
      auto slot = co_await test.cap->enter(test.io.get_executor());
      test.order += slot ? called : '-';
      if (slot) test.slots.push_back(std::move(*slot));
    };
    asio::co_spawn(io, request(*this, name), asio::detached);
    run();
  }
  void end_first() {
    slots.erase(slots.begin());
    run();
  }
  void run() {
    io.restart();
    io.poll();
  }

  asio::io_context io{1};
  std::shared_ptr<RequestCap> cap;
  std::vector<RequestCap::Slot> slots;
  std::string order;
};

TEST(RequestCap, LetsSoManyInAndTheOthersInTheirOrder) {
  Entering test({.requests = 2, .waiting = 2, .wait = 1h});
  for (const char name : {'a', 'b', 'c', 'd'}) test.enter(name);
  EXPECT_EQ(test.order, "ab");
  EXPECT_EQ(test.cap->waiting(), 2U);
  test.enter('e');
  EXPECT_EQ(test.order, "ab-") << "too many wait already";
  test.end_first();
  EXPECT_EQ(test.order, "ab-c");
  test.end_first();
  EXPECT_EQ(test.order, "ab-cd");
  EXPECT_EQ(test.cap->in_flight(), 2U);
  test.slots.clear();
  EXPECT_EQ(test.cap->in_flight(), 0U);
}

TEST(RequestCap, NobodyWaitsForLong) {
  Entering test({.requests = 1, .waiting = 1, .wait = 20ms});
  test.enter('a');
  test.enter('b');
  test.io.restart();
  test.io.run_for(testing::patience);
  EXPECT_EQ(test.order, "a-");
  EXPECT_EQ(test.cap->waiting(), 0U);
  test.slots.clear();
  EXPECT_EQ(test.cap->in_flight(), 0U);
}

TEST(RequestCap, OneThatIsGivenUpWhileItWaitsLeavesNothingBehind) {
  auto test = std::make_unique<Entering>(RequestCap::Limits{.requests = 1, .waiting = 5, .wait = 1h});
  const auto cap = test->cap;
  test->enter('a');
  test->enter('b');
  auto slots = std::move(test->slots);
  test.reset();  // its coroutine is destroyed where it waits
  EXPECT_EQ(cap->waiting(), 0U);
  slots.clear();
  EXPECT_EQ(cap->in_flight(), 0U);
}

TEST(RequestCap, HoldsAcrossThreads) {
  const auto cap = std::make_shared<RequestCap>(RequestCap::Limits{.requests = 3, .waiting = 1000, .wait = 1h});
  std::atomic<int> inside = 0;
  std::atomic<int> most = 0;
  std::atomic<int> done = 0;
  const auto request = [&](Executor executor) -> Task<> {
    for (int i = 0; i < 50; ++i) {
      auto slot = co_await cap->enter(executor);
      const int now = ++inside;
      int seen = most;
      while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
      co_await asio::post(executor, use_task);
      --inside;
      done += slot ? 1 : 0;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      asio::io_context io;
      for (int j = 0; j < 4; ++j) asio::co_spawn(io, request(io.get_executor()), asio::detached);
      io.run_for(testing::patience);
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(done, 3 * 4 * 50);
  EXPECT_LE(most, 3);
  EXPECT_EQ(cap->in_flight(), 0U);
}

}  // namespace
}  // namespace bearward::upstream
