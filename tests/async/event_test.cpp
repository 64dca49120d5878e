#include "async/event.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace bearward::async {
namespace {

Task<> note_after(Event& event, std::vector<int>& order, int number) {
  co_await event.wait();
  order.push_back(number);
}

TEST(Event, WakesWhoeverWaitsAndStaysSetUntilReset) {
  asio::io_context io{1};
  Event event;
  std::vector<int> order;
  asio::co_spawn(io, note_after(event, order, 1), asio::detached);
  io.poll();
  EXPECT_TRUE(order.empty());

  event.set();
  EXPECT_TRUE(event.is_set());
  io.restart();
  io.poll();
  EXPECT_EQ(order, std::vector<int>({1}));

  asio::co_spawn(io, note_after(event, order, 2), asio::detached);  // set already: no waiting
  io.restart();
  io.poll();
  EXPECT_EQ(order, std::vector<int>({1, 2}));

  event.reset();
  asio::co_spawn(io, note_after(event, order, 3), asio::detached);
  io.restart();
  io.poll();
  EXPECT_EQ(order.size(), 2U);
  event.set();
  io.restart();
  io.poll();
  EXPECT_EQ(order, std::vector<int>({1, 2, 3}));
}

}  // namespace
}  // namespace bearward::async
