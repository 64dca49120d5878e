#include "transport/interim_writer.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <string>

namespace bearward::transport {
namespace {

using namespace std::chrono_literals;

/// A peer whose buffer is full: takes half of each write, and the rest when it is told to.
class HalfTaken final : public Stream {
 public:
  HalfTaken(Executor executor, async::CoarseTimer& timer) : Stream(Socket(executor), timer) {}

  Task<error_code> write(std::string_view first, std::string_view, std::string_view) override {
    taken += first.substr(0, first.size() / 2);
    room.reset();
    co_await room.wait();
    co_await asio::post(socket().get_executor(), use_task);  // the cancellation is posted as well
    co_await asio::post(socket().get_executor(), use_task);  // throws where this was cancelled meanwhile
    taken += first.substr(first.size() / 2);
    co_return error_code{};
  }
  Task<> end_writing() override { co_return; }

  std::string taken;
  async::Event room;

 protected:
  IoResult try_read(std::span<char>) override { return {IoState::failed}; }
};

struct Writing {
  asio::io_context io{1};
  async::CoarseTimer timer{io.get_executor()};
  HalfTaken stream{io.get_executor(), timer};
  InterimWriter writer{stream};
  std::vector<error_code> results;
  std::optional<bool> whole;

  Task<> write(std::string text) { results.push_back(co_await writer.write(text, 20s)); }
  Task<> wait_until_idle() { whole = co_await writer.idle(); }
  void run() {
    io.restart();
    io.poll();
  }
};

TEST(InterimWriter, WritesOneAfterTheOther) {
  Writing test;
  asio::co_spawn(test.io, test.write("103 103 "), asio::detached);
  asio::co_spawn(test.io, test.write("100 100 "), asio::detached);
  test.run();
  EXPECT_EQ(test.stream.taken, "103 ") << "the other waits";
  test.stream.room.set();
  test.run();
  EXPECT_EQ(test.stream.taken, "103 103 100 ");
  asio::co_spawn(test.io, test.wait_until_idle(), asio::detached);
  test.run();
  EXPECT_FALSE(test.whole) << "so does the final response";
  test.stream.room.set();
  test.run();
  EXPECT_EQ(test.stream.taken, "103 103 100 100 ");
  EXPECT_EQ(test.whole, true);
  EXPECT_EQ(test.results, std::vector<error_code>(2));
}

TEST(InterimWriter, LetsNothingFollowWhatWasCutShort) {
  Writing test;
  asio::cancellation_signal cancel;
  asio::co_spawn(test.io, test.write("100 100 "),
                 asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
  test.run();
  cancel.emit(asio::cancellation_type::terminal);
  test.stream.room.set();
  test.run();
  EXPECT_TRUE(test.results.empty());
  EXPECT_EQ(test.stream.taken, "100 ");
  asio::co_spawn(test.io, test.write("103 103 "), asio::detached);
  asio::co_spawn(test.io, test.wait_until_idle(), asio::detached);
  test.run();
  EXPECT_EQ(test.stream.taken, "100 ");
  EXPECT_EQ(test.whole, false);
  ASSERT_EQ(test.results.size(), 1U);
  EXPECT_TRUE(test.results[0]);
}

}  // namespace
}  // namespace bearward::transport
