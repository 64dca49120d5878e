#include "limit/known_networks.h"

#include <gtest/gtest.h>

namespace bearward::limit {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start{1'000h};

TEST(KnownNetworks, KnowsWhereANameHasBeen) {
  KnownNetworks known;
  EXPECT_FALSE(known.has(1, 100));
  known.remember(1, 100, start);
  EXPECT_TRUE(known.has(1, 100));
  EXPECT_FALSE(known.has(1, 101));
  EXPECT_FALSE(known.has(2, 100));
}

TEST(KnownNetworks, RemembersTheLastFewOfEachName) {
  KnownNetworks known;
  for (std::uint64_t network = 100; network < 108; ++network) known.remember(1, network, start);
  known.remember(1, 100, start);  // used again: not the oldest any more
  known.remember(1, 108, start);
  EXPECT_TRUE(known.has(1, 100));
  EXPECT_TRUE(known.has(1, 108));
  EXPECT_FALSE(known.has(1, 101));
}

TEST(KnownNetworks, ForgetsTheNameThatCameLongestAgo) {
  KnownNetworks known(8);
  for (std::uint64_t name = 1; name <= 9; ++name) known.remember(name, 100, start + std::chrono::seconds{name});
  EXPECT_FALSE(known.has(1, 100));
  for (std::uint64_t name = 2; name <= 9; ++name) EXPECT_TRUE(known.has(name, 100)) << name;
}

}  // namespace
}  // namespace bearward::limit
