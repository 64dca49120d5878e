#include "transport/connection_cap.h"

#include <gtest/gtest.h>

#include <atomic>
#include <list>
#include <memory>
#include <thread>
#include <vector>

namespace bearward::transport {
namespace {

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

TEST(ConnectionCap, CountsWhatIsOpen) {
  ConnectionCap cap(2);
  auto first = std::make_unique<ConnectionCap::Place>(cap.take_place());
  EXPECT_FALSE(cap.full());
  const auto second = cap.take_place();
  EXPECT_TRUE(cap.full());
  auto moved = std::move(*first);
  first.reset();
  EXPECT_EQ(cap.open(), 2U) << "what was moved from gives nothing back";
  cap.set(3, 0);
  EXPECT_FALSE(cap.full());
}

TEST(ConnectionCap, HoldsEachAddressToItsLimit) {
  ConnectionCap cap(100);
  cap.set(100, 2);
  struct Case {
    const char* peer;
    bool taken;
  };
  std::list<ConnectionCap::Place> places;
  for (const Case& c : {Case{"192.0.2.1", true}, Case{"192.0.2.1", true}, Case{"192.0.2.1", false},
                        Case{"::ffff:192.0.2.1", false}, Case{"192.0.2.2", true}, Case{"2001:db8::1", true},
                        Case{"2001:db8::ffff", true}, Case{"2001:db8:0:0:ff::", false}, Case{"2001:db8:0:1::1", true},
                        Case{"127.0.0.1", true}, Case{"127.0.0.1", true}, Case{"127.0.0.1", false}}) {
    SCOPED_TRACE(c.peer);
    auto place = cap.take_place();
    EXPECT_EQ(place.take_for(address(c.peer)), c.taken);
    if (c.taken) places.push_back(std::move(place));
  }
  places.pop_front();
  auto again = cap.take_place();
  EXPECT_TRUE(again.take_for(address("192.0.2.1"))) << "one of its two has ended";
  auto no_more = cap.take_place();
  EXPECT_FALSE(no_more.take_for(address("192.0.2.1")));
}

TEST(ConnectionCap, AReloadCountsWhatItCanAndNothingTwice) {
  ConnectionCap cap(100);
  {
    auto uncounted = cap.take_place();
    EXPECT_TRUE(uncounted.take_for(address("192.0.2.1")));
    cap.set(100, 1);
    auto counted = cap.take_place();
    EXPECT_TRUE(counted.take_for(address("192.0.2.1")));
    cap.set(100, 0);
  }
  cap.set(100, 1);
  auto place = cap.take_place();
  EXPECT_TRUE(place.take_for(address("192.0.2.1")));
}

TEST(ConnectionCap, IsExactOverThreads) {
  ConnectionCap cap(1'000'000);
  cap.set(1'000'000, 3);
  std::atomic<int> held{0};
  std::atomic<bool> exceeded{false};
  std::vector<std::jthread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      for (int n = 0; n < 20'000; ++n) {
        auto place = cap.take_place();
        if (!place.take_for(address("192.0.2.1"))) continue;
        if (held.fetch_add(1) >= 3) exceeded = true;
        held.fetch_sub(1);
      }
    });
  }
  workers.clear();
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(cap.open(), 0U);
}

TEST(ConnectionCap, PassesAWishOnUntilItIsSettled) {
  ConnectionCap cap(1);
  EXPECT_FALSE(cap.idle_wished());
  cap.wish_for_idle();
  cap.wish_for_idle();
  EXPECT_TRUE(cap.idle_wished());
  cap.settle_wish();
  EXPECT_FALSE(cap.idle_wished()) << "twice is still one";
}

}  // namespace
}  // namespace bearward::transport
