#include "async/overload.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace bearward::async {
namespace {

using std::chrono::milliseconds;

TEST(Overload, IsTwoLateTicksAndEndsAfterFiveGoodOnes) {
  struct Case {
    const char* name;
    int limit;
    std::vector<int> late;  // milliseconds, a tick each
    std::string on;         // after each tick
  };
  const Case cases[] = {
      {"never late", 500, {0, 1, 0, 2}, "...."},
      {"just under the limit", 500, {499, 499, 499}, "..."},
      {"a machine that paused once", 500, {5000, 0, 5000, 0, 5000}, "....."},
      {"twice in a row", 500, {500, 500}, ".X"},
      {"until five are good", 500, {600, 600, 0, 0, 0, 0, 0, 0}, ".XXXXX.."},
      {"four good ones are not enough", 500, {600, 600, 0, 0, 0, 0, 300, 0, 0, 0, 0, 0}, ".XXXXXXXXXX."},
      {"half the limit is not good", 500, {600, 600, 250, 250, 250, 250, 250, 250}, ".XXXXXXX"},
      {"less than half is", 500, {600, 600, 249, 249, 249, 249, 249}, ".XXXXX."},
      {"and again", 100, {100, 100, 0, 0, 0, 0, 0, 100, 100}, ".XXXXX..X"},
      {"turned off", 0, {9000, 9000, 9000}, "..."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Overload overload;
    overload.use(milliseconds{c.limit});
    std::string on;
    for (const int late : c.late) {
      const bool before = overload.on();
      const bool changed = overload.tick(milliseconds{late});
      EXPECT_EQ(changed, before != overload.on());
      on += overload.on() ? 'X' : '.';
    }
    EXPECT_EQ(on, c.on);
  }
}

TEST(Overload, EndsWhereItIsTurnedOff) {
  Overload overload;
  overload.use(milliseconds{100});
  for (int i = 0; i < 2; ++i) overload.tick(milliseconds{200});
  ASSERT_TRUE(overload.on());
  overload.use(milliseconds{0});
  for (int i = 0; i < 5; ++i) overload.tick(milliseconds{200});
  EXPECT_FALSE(overload.on());
}

}  // namespace
}  // namespace bearward::async
