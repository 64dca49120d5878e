#include "config/time_window.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "config/loading.h"

namespace bearward::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

test::Loaded load_window(const std::string& window) {
  return test::load_policy("routes:\n- name: a\n  match: {path: /}\n  upstream: legacy\n  access: {time: " + window +
                           "}\n");
}

TEST(ReadTimeWindow, ReadsDaysHoursAndZone) {
  struct Case {
    const char* sentence;
    const char* yaml;
    std::uint8_t days;
    minutes from;
    minutes to;
    hours offset;
  };
  const Case cases[] = {
      {"office hours", "{days: [mon-fri], from: \"08:00\", to: \"18:30\"}", 0b001'1111, hours{8}, minutes{1'110},
       hours{0}},
      {"a day", "{days: wed}", 0b000'0100, hours{0}, hours{24}, hours{0}},
      {"days and ranges", "{days: [mon, wed-thu, sun]}", 0b100'1101, hours{0}, hours{24}, hours{0}},
      {"a range around the end of the week", "{days: sat-mon}", 0b110'0001, hours{0}, hours{24}, hours{0}},
      {"every night", "{from: \"22:00\", to: \"06:00\"}", 0b111'1111, hours{22}, hours{6}, hours{0}},
      {"without quotes", "{from: 08:00, to: 24:00}", 0b111'1111, hours{8}, hours{24}, hours{0}},
      {"an offset", "{to: \"12:00\", zone: \"+02:00\"}", 0b111'1111, hours{0}, hours{12}, hours{2}},
      {"UTC by its name", "{to: \"12:00\", zone: UTC}", 0b111'1111, hours{0}, hours{12}, hours{0}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const auto loaded = load_window(c.yaml);
    EXPECT_EQ(loaded.findings, std::vector<std::string>{});
    ASSERT_EQ(loaded.config.routes.size(), 1U);
    const auto& window = loaded.config.routes[0].access.time;
    ASSERT_TRUE(window);
    EXPECT_EQ(window->days, c.days);
    EXPECT_EQ(window->from, c.from);
    EXPECT_EQ(window->to, c.to);
    EXPECT_EQ(window->zone->offset_at(UnixTime{}), c.offset);
  }
}

TEST(ReadTimeWindow, ReadsANamedZoneFromTheSystem) {
  const auto real = system_sources().read_file("/usr/share/zoneinfo/Asia/Tokyo");
  ASSERT_TRUE(real);
  test::World world = test::small_world();
  world.files["/usr/share/zoneinfo/Asia/Tokyo"] = *real;
  world.files["/etc/bearward/none.yaml"] =
      "routes:\n- {name: a, match: {path: /}, upstream: u, access: {time: {zone: Asia/Tokyo, to: \"12:00\"}}}\n";
  world.files["/etc/bearward/gateway.yaml"] =
      "listeners: [{name: plain, address: 127.0.0.1:8080}]\npolicies: none.yaml\n";
  const auto loaded = test::load(world);
  ASSERT_EQ(loaded.config.routes.size(), 1U);
  ASSERT_TRUE(loaded.config.routes[0].access.time);
  EXPECT_EQ(loaded.config.routes[0].access.time->zone->offset_at(UnixTime{}), hours{9});
}

TEST(ReadTimeWindow, RefusesWhatIsNotPlain) {
  const std::string time = "expected a time of day from 00:00 to 24:00, such as \"08:00\"";
  const std::string days = "expected a day such as mon, a range such as mon-fri, or a list of them";
  const std::string zone = "expected UTC, an offset such as +02:00, or a name of the tz database such as Europe/Berlin";
  const test::Mistake mistakes[] = {
      {"an hour of one digit", "{from: \"8:00\"}", {"5:25: error: found \"8:00\" for from, " + time}},
      {"an hour that is none", "{to: \"24:01\"}", {"5:23: error: found \"24:01\" for to, " + time}},
      {"a minute that is none", "{to: \"23:60\"}", {"5:23: error: found \"23:60\" for to, " + time}},
      {"an hour alone", "{from: 8}", {"5:25: error: found \"8\" for from, " + time}},
      {"a day that is none", "{days: [mon, funday]}", {"5:31: error: found \"funday\" for days, " + days}},
      {"a day in capitals", "{days: Mon}", {"5:25: error: found \"Mon\" for days, " + days}},
      {"half a range", "{days: mon-}", {"5:25: error: found \"mon-\" for days, " + days}},
      {"no day", "{days: []}", {"5:25: error: found an empty list for days, " + days}},
      {"a window of no time",
       "{from: \"08:00\", to: \"08:00\"}",
       {"5:18: error: found from equal to to, expected a window that begins before it ends; for a whole day leave both "
        "out"}},
      {"a window that begins when the day is over",
       "{from: \"24:00\"}",
       {"5:18: error: found from equal to to, expected a window that begins before it ends; for a whole day leave both "
        "out"}},
      {"an offset without a colon",
       "{zone: \"+0200\"}",
       {"5:25: error: found \"+0200\" for zone, " + zone +
        "; there is no readable \"/usr/share/zoneinfo/+0200\", install tzdata if it is missing"}},
      {"a zone that nobody knows",
       "{zone: Europe/Berln}",
       {"5:25: error: found \"Europe/Berln\" for zone, " + zone +
        "; there is no readable \"/usr/share/zoneinfo/Europe/Berln\", install tzdata if it is missing"}},
      {"a zone outside of the folder",
       "{zone: ../../etc/passwd}",
       {"5:25: error: found \"../../etc/passwd\" for zone, " + zone}},
      {"a word for a map",
       "daily",
       {"5:18: error: found \"daily\" for time, expected a map with keys such as \"days\""}},
      {"another key",
       "{hours: 8-18}",
       {"5:19: error: found the unknown key \"hours\" in time, expected days, from, to or zone"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    const auto loaded = load_window(mistake.yaml);
    EXPECT_EQ(loaded.findings, mistake.findings);
    ASSERT_EQ(loaded.config.routes.size(), 1U);
    EXPECT_EQ(loaded.config.routes[0].access.kind, Access::Kind::deny);
  }
}

}  // namespace
}  // namespace bearward::config
