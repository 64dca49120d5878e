#include "app/systemd_notify.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace bearward::app {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime start{1h};

TEST(SystemdNotify, GivesSignsOfLifeThreeTimesAsOftenAsAskedFor) {
  SystemdNotify notify("/nowhere/notify", 3s);
  EXPECT_TRUE(notify.sign_of_life_due(start));
  EXPECT_FALSE(notify.sign_of_life_due(start + 999ms));
  EXPECT_TRUE(notify.sign_of_life_due(start + 1s));
  notify.alive();  // nobody listens there, and nothing comes of it
  notify.handed_over_to(1);
  EXPECT_FALSE(notify.sign_of_life_due(start + 1h)) << "that is the successor's affair";
}

TEST(SystemdNotify, SaysNothingThatNobodyAskedFor) {
  EXPECT_FALSE(SystemdNotify("/nowhere/notify", {}).sign_of_life_due(start));
  EXPECT_FALSE(SystemdNotify("", 3s).sign_of_life_due(start));
}

TEST(SystemdNotify, TakesAWatchdogThatIsMeantForThisProcess) {
  struct Case {
    const char* name;
    std::string usec;
    std::string pid;
    bool due;
  };
  const std::string own = std::to_string(::getpid());
  const Case cases[] = {
      {"this process's", "3000000", own, true},      {"nobody's in particular", "3000000", "", true},
      {"another's", "3000000", "1", false},          {"none", "", "", false},
      {"none that is a number", "soon", own, false}, {"never", "0", own, false},
  };
  ::setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    c.usec.empty() ? ::unsetenv("WATCHDOG_USEC") : ::setenv("WATCHDOG_USEC", c.usec.c_str(), 1);
    c.pid.empty() ? ::unsetenv("WATCHDOG_PID") : ::setenv("WATCHDOG_PID", c.pid.c_str(), 1);
    EXPECT_EQ(SystemdNotify::from_environment().sign_of_life_due(start), c.due);
  }
  for (const char* const each : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(each);
}

}  // namespace
}  // namespace bearward::app
