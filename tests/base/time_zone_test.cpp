#include "base/time_zone.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

namespace bearward {
namespace {

std::string zone_file(const std::string& name) {
  std::ifstream file{"/usr/share/zoneinfo/" + name, std::ios::binary};
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

UnixTime at(int year, unsigned month, unsigned day, int hour, int minute) {
  const std::chrono::sys_days date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)};
  return date + std::chrono::hours{hour} + std::chrono::minutes{minute};
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

/// One change, to `offset` at `time`, and a footer.
std::string made_file(std::int64_t time, std::int32_t offset, std::uint32_t leap_seconds, const std::string& footer) {
  const auto header = [&](char version, std::uint32_t leaps, std::uint32_t changes, std::uint32_t types) {
    return std::string("TZif") + version + std::string(15, '\0') + big_endian(0, 4) + big_endian(0, 4) +
           big_endian(leaps, 4) + big_endian(changes, 4) + big_endian(types, 4) + big_endian(4, 4);
  };
  const std::string utc = big_endian(0, 4) + std::string(2, '\0');
  return header('2', 0, 0, 1) + utc + std::string("UTC\0", 4) + header('2', leap_seconds, 1, 2) +
         big_endian(static_cast<std::uint64_t>(time), 8) + '\1' + utc +
         big_endian(static_cast<std::uint32_t>(offset), 4) + std::string(2, '\0') + std::string("UTC\0", 4) +
         std::string(leap_seconds * 12, '\0') + footer;
}

/// The C library reads the same files, in code of its own.
TEST(TimeZone, RunsAsTheCLibraryHasIt) {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  for (const char* name : {"UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Sao_Paulo",
                           "America/Nuuk", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Asia/Gaza",
                           "Pacific/Apia", "Antarctica/Troll"}) {
    SCOPED_TRACE(name);
    const auto zone = TimeZone::from_tzif(zone_file(name));
    ASSERT_TRUE(zone);
    setenv("TZ", name, 1);
    tzset();
    int differences = 0;
    // 1970 to 2150, every day and a half, and so at every hour of the day.
    for (std::time_t time = 0; time < 5'680'000'000; time += 131'071) {
      std::tm local{};
      localtime_r(&time, &local);
      if (zone->offset_at(UnixTime{std::chrono::seconds{time}}).count() != local.tm_gmtoff && ++differences == 1)
        ADD_FAILURE() << "at " << time << ": " << zone->offset_at(UnixTime{std::chrono::seconds{time}}).count();
    }
    EXPECT_EQ(differences, 0);
  }
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

TEST(TimeZone, ChangesInTheVerySecond) {
  const auto berlin = TimeZone::from_tzif(zone_file("Europe/Berlin"));
  ASSERT_TRUE(berlin);
  using std::chrono::hours;
  using std::chrono::seconds;
  for (const int year : {2026, 2090}) {  // in the table of the file, and by the rule behind it
    SCOPED_TRACE(year);
    const UnixTime spring = year == 2026 ? at(2026, 3, 29, 1, 0) : at(2090, 3, 26, 1, 0);
    const UnixTime autumn = year == 2026 ? at(2026, 10, 25, 1, 0) : at(2090, 10, 29, 1, 0);
    EXPECT_EQ(berlin->offset_at(spring - seconds{1}), hours{1});
    EXPECT_EQ(berlin->offset_at(spring), hours{2});
    EXPECT_EQ(berlin->offset_at(autumn - seconds{1}), hours{2});
    EXPECT_EQ(berlin->offset_at(autumn), hours{1});
  }
}

TEST(TimeZone, TakesFixedOffsetsAndNothingElse) {
  using std::chrono::minutes;
  EXPECT_EQ(TimeZone{}.offset_at(at(2026, 7, 1, 0, 0)), minutes{0});
  EXPECT_EQ(TimeZone::fixed("+02:00")->offset_at(at(2026, 7, 1, 0, 0)), minutes{120});
  EXPECT_EQ(TimeZone::fixed("-09:30")->offset_at(at(2026, 7, 1, 0, 0)), minutes{-570});
  EXPECT_EQ(TimeZone::fixed("+00:00")->offset_at(at(2026, 7, 1, 0, 0)), minutes{0});
  for (const char* text : {"", "02:00", "+2:00", "+0200", "+24:00", "+02:60", "+02:0a", " +02:00", "+02:00 ", "Z"})
    EXPECT_FALSE(TimeZone::fixed(text)) << text;
}

TEST(TimeZone, RefusesAFileThatItCannotBeSureOf) {
  const std::string good = made_file(1'000, 3'600, 0, "\nCET-1\n");
  ASSERT_TRUE(TimeZone::from_tzif(good));
  EXPECT_EQ(TimeZone::from_tzif(good)->offset_at(UnixTime{std::chrono::seconds{999}}), std::chrono::seconds{0});
  EXPECT_EQ(TimeZone::from_tzif(good)->offset_at(UnixTime{std::chrono::seconds{1'000}}), std::chrono::hours{1});
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_FALSE(TimeZone::from_tzif(good.substr(0, length))) << length;
  std::string version_1 = good;
  version_1[4] = '\0';
  EXPECT_FALSE(TimeZone::from_tzif(version_1)) << "32 bits end in 2038";
  EXPECT_FALSE(TimeZone::from_tzif(made_file(1'000, 3'600, 2, "\nCET-1\n"))) << "leap seconds";
  EXPECT_FALSE(TimeZone::from_tzif(made_file(1'000, 400'000, 0, "\nCET-1\n"))) << "an offset of days";
  EXPECT_FALSE(TimeZone::from_tzif(made_file(1'000, 3'600, 0, "\n\n"))) << "nothing is said of later";
  EXPECT_FALSE(TimeZone::from_tzif(made_file(1'000, 3'600, 0, "\nCET-1CEST\n"))) << "summer, but not when";
  EXPECT_FALSE(TimeZone::from_tzif(std::string(5'000, '\xff')));
}

TEST(TimeZoneRule, TakesWhatPosixHasAndNothingElse) {
  for (const char* text : {"UTC0", "CET-1", "<+0330>-3:30", "EST5EDT,M3.2.0,M11.1.0", "CET-1CEST,M3.5.0,M10.5.0/3",
                           "<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "IST-1GMT0,M10.5.0,M3.5.0/1", "XXX3YYY,J60/25:30:10,300",
                           "AAA-14BBB-15,0,J365/167"})
    EXPECT_TRUE(TimeZoneRule::parse(text)) << text;
  for (const char* text :
       {"", "0", "CE-1", "CET", "CET-", "<+03>", "<+03", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0,",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,J0,J365", "CET-1CEST,J1,J366", "CET-1CEST,M3.5.0/168,M10.5.0", "CET-1 ", "CET-99999999999999999999"})
    EXPECT_FALSE(TimeZoneRule::parse(text)) << text;
}

TEST(TimeZoneRule, KnowsLeapDays) {
  const auto rule = TimeZoneRule::parse("AAA0BBB,J60/0,60/0");  // 1 March of every year; the 61st day
  ASSERT_TRUE(rule);
  using std::chrono::hours;
  EXPECT_EQ(rule->offset_at(at(2027, 3, 1, 0, 0)), hours{1});
  EXPECT_EQ(rule->offset_at(at(2027, 3, 1, 23, 0)), hours{0});
  EXPECT_EQ(rule->offset_at(at(2028, 2, 29, 22, 59)), hours{1}) << "since last year";
  EXPECT_EQ(rule->offset_at(at(2028, 2, 29, 23, 0)), hours{0}) << "1 March is the 61st day of this one";
  EXPECT_EQ(rule->offset_at(at(2028, 3, 1, 0, 0)), hours{1});
}

}  // namespace
}  // namespace bearward
