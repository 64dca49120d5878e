#include "async/blocking_pool.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <latch>
#include <memory>

namespace bearward::async {
namespace {

using namespace std::chrono_literals;

TEST(BlockingPool, RunsTheJobOnAnotherThreadAndResumesOnTheCallers) {
  asio::io_context context{1};
  BlockingPool pool(1, 10);
  const std::thread::id caller = std::this_thread::get_id();
  std::thread::id job_ran_on, resumed_on;
  int answer = 0;
  auto task = [&]() -> Task<> {
    auto job = [&] {
      job_ran_on = std::this_thread::get_id();
      return std::make_unique<int>(42);
    };
    const auto result = co_await pool.run(job);
    resumed_on = std::this_thread::get_id();
    if (result) answer = **result;
  };
  asio::co_spawn(context, task(), asio::detached);
  context.run();
  EXPECT_EQ(answer, 42);
  EXPECT_NE(job_ran_on, caller);
  EXPECT_EQ(resumed_on, caller);
}

TEST(BlockingPool, RefusesAtOnceWhenFull) {
  asio::io_context context{1};
  BlockingPool pool(1, 2);
  std::latch running(1), release(1);
  int done = 0, refused = 0;
  auto task = [&](bool first) -> Task<> {
    auto job = [&, first] {
      if (first) running.count_down();
      release.wait();
      return true;
    };
    const std::optional<bool> result = co_await pool.run(job);
    ++(result ? done : refused);
  };
  asio::co_spawn(context, task(true), asio::detached);
  context.poll();
  running.wait();  // the thread is taken: what follows waits
  for (int i = 0; i < 5; ++i) asio::co_spawn(context, task(false), asio::detached);
  context.poll();
  EXPECT_EQ(pool.waiting(), 2U);
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(done, 0);
  release.count_down();
  context.run();
  EXPECT_EQ(done, 3);
  EXPECT_EQ(refused, 3);
}

TEST(BlockingPool, RunsAsManyJobsAtATimeAsItHasThreads) {
  asio::io_context context{1};
  constexpr int threads = 3;
  BlockingPool pool(threads, 10);
  std::latch all_running(threads);
  int done = 0;
  auto task = [&]() -> Task<> {
    auto job = [&] {
      all_running.arrive_and_wait();  // ends only if all three run at once
      return true;
    };
    if (co_await pool.run(job)) ++done;
  };
  for (int i = 0; i < threads; ++i) asio::co_spawn(context, task(), asio::detached);
  context.run();
  EXPECT_EQ(done, threads);
}

TEST(BlockingPool, FinishesWhatWaitsBeforeItEnds) {
  asio::io_context context{1};
  auto pool = std::make_unique<BlockingPool>(1, 100);
  std::atomic<int> ran = 0;
  int resumed = 0;
  auto task = [&]() -> Task<> {
    auto job = [&] { return ++ran; };
    if (co_await pool->run(job)) ++resumed;
  };
  for (int i = 0; i < 50; ++i) asio::co_spawn(context, task(), asio::detached);
  context.poll();
  pool.reset();
  EXPECT_EQ(ran, 50);
  context.restart();
  context.run();
  EXPECT_EQ(resumed, 50);
}

TEST(BlockingPool, DropsWhatAJobHeldBeforeItWaitsAgain) {
  asio::io_context context{1};
  BlockingPool pool(1, 10);
  auto held = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = held;
  auto task = [&](std::shared_ptr<int> value) -> Task<> {
    auto job = [value = std::move(value)] { return *value; };
    [[maybe_unused]] const auto result = co_await pool.run(std::move(job));
  };
  asio::co_spawn(context, task(std::move(held)), asio::detached);
  context.run();
  bool next_ran = false;
  auto next = [&]() -> Task<> {
    auto job = [] { return true; };
    next_ran = (co_await pool.run(job)).has_value();
  };
  context.restart();
  asio::co_spawn(context, next(), asio::detached);
  context.run();  // the one thread has ended the first job by now
  EXPECT_TRUE(next_ran);
  EXPECT_TRUE(watch.expired());
}

TEST(BlockingPool, GivesWayInTheBackground) {
  asio::io_context context{1};
  BlockingPool ordinary(1, 10), background(1, 10, BlockingPool::Priority::background);
  const auto nice_of = [&](BlockingPool& pool) {
    int found = -100;
    auto task = [&]() -> Task<> {
      auto job = [] { return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())); };
      const std::optional<int> nice = co_await pool.run(job);
      found = nice.value_or(-100);
    };
    asio::co_spawn(context, task(), asio::detached);
    context.run();
    context.restart();
    return found;
  };
  const int mine = ::getpriority(PRIO_PROCESS, 0);
  EXPECT_EQ(nice_of(ordinary), mine);
  EXPECT_EQ(nice_of(background), 19);
  EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), mine) << "no other thread's";
}

}  // namespace
}  // namespace bearward::async
