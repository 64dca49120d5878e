#include "limit/limit_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace bearward::limit {
namespace {

using namespace std::chrono_literals;
using policy::RateLimit;

constexpr SteadyTime start{1'000h};

TEST(LimitTable, KeepsABudgetForEachKey) {
  LimitTable table;
  const RateLimit limit{2, 1min};
  const std::uint64_t scope = table.scope_of("route");
  const auto key = [&](std::string_view issuer, std::string_view name) { return table.key_of(scope, issuer, name); };
  const LimitTable::Key keys[] = {key("", "alice"), key("", "bob"), key("idp", "alice"), key("idpa", "lice"),
                                  table.key_of(table.scope_of("other route"), "", "alice")};
  for (const LimitTable::Key each : keys) {
    EXPECT_TRUE(table.take(each, limit, start).allowed);
    EXPECT_TRUE(table.take(each, limit, start).allowed);
    EXPECT_FALSE(table.take(each, limit, start).allowed);
    EXPECT_FALSE(table.look(each, limit, start).allowed);
  }
  table.give_back(keys[0], limit);
  EXPECT_TRUE(table.look(keys[0], limit, start).allowed);
  EXPECT_FALSE(table.look(keys[1], limit, start).allowed);
  EXPECT_TRUE(table.take(keys[1], limit, start + 30s).allowed);
}

TEST(LimitTable, ForgetsWhatIsUsedLeastAndNotWhoIsOverTheLimit) {
  LimitTable table(64 * 8);  // eight keys a part
  const RateLimit limit{5, 1h};
  const std::uint64_t scope = table.scope_of("logins");
  const LimitTable::Key attacked = table.key_of(scope, "", "alice");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(table.take(attacked, limit, start).allowed);
  for (int i = 0; i < 20'000; ++i) {
    table.take(table.key_of(scope, "", "random " + std::to_string(i)), limit, start + 1s);
  }
  EXPECT_FALSE(table.take(attacked, limit, start + 2s).allowed);
}

TEST(LimitTable, IsExactOverAllThreads) {
  LimitTable table;
  const RateLimit limit{1'000, 1h};
  const LimitTable::Key key = table.key_of(table.scope_of("route"), "", "alice");
  std::atomic<int> allowed = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 1'000; ++n) allowed += table.take(key, limit, start).allowed ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(allowed, 1'000);
}

}  // namespace
}  // namespace bearward::limit
