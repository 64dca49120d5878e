#include "limit/login_protection.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace bearward::limit {
namespace {

using namespace std::chrono_literals;
using Outcome = LoginProtection::Outcome;

std::atomic<SteadyTime> now{SteadyTime{1'000h}};
SteadyTime read_clock() { return now; }

class Logins : public ::testing::Test {
 protected:
  static LoginProtection::Try who(const std::string& name, const std::string& address) {
    return {name, IpAddress::parse(address).value()};
  }
  /// Was the try heard? If so it ends as `outcome`.
  bool heard(const std::string& name, const std::string& address, Outcome outcome) {
    const bool refused_at_once = protection.refuses(settings, who(name, address)).has_value();
    auto reservation = protection.reserve(settings, who(name, address));
    EXPECT_EQ(refused_at_once, !reservation.has_value()) << "the look ahead says what will be";
    if (reservation) reservation->settle(outcome);
    return reservation.has_value();
  }
  int heard_of(int tries, const std::string& name, const std::string& address) {
    int count = 0;
    for (int i = 0; i < tries; ++i) count += heard(name, address, Outcome::wrong) ? 1 : 0;
    return count;
  }

  config::LoginProtection settings;
  LimitTable table;
  LoginProtection protection{table, read_clock};
};

TEST_F(Logins, HearAsManyWrongPasswordsAsTheBudgetOfTheNameHas) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(heard("alice", "10.0." + std::to_string(i) + ".1", Outcome::wrong));
  EXPECT_FALSE(heard("alice", "10.0.9.1", Outcome::right)) << "right or wrong is not asked any more";
  EXPECT_TRUE(heard("bob", "10.0.9.1", Outcome::wrong));
  EXPECT_EQ(protection.refuses(settings, who("alice", "10.0.9.1")), 12s);
  now = now.load() + 12s;
  EXPECT_TRUE(heard("alice", "10.0.9.1", Outcome::right));
}

TEST_F(Logins, HearAsManyOfANetworkAsItsBudgetHas) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(heard("name " + std::to_string(i), "192.0.2." + std::to_string(i), Outcome::wrong));
  }
  EXPECT_FALSE(heard("another", "192.0.2.200", Outcome::wrong));
  EXPECT_TRUE(heard("another", "192.0.3.1", Outcome::wrong));
  EXPECT_EQ(heard_of(9, "v6", "2001:db8:0:aa00::1"), 5);
  EXPECT_FALSE(heard("v6 b", "2001:db8:0:aaff::2", Outcome::wrong)) << "the same /56";
  EXPECT_TRUE(heard("v6 b", "2001:db8:0:ab00::2", Outcome::wrong));
}

TEST_F(Logins, DoNotCountWhatWasRightOrCouldNotBeDecided) {
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(heard("alice", "10.0.0.1", Outcome::right));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(heard("bob", "10.0.1.1", Outcome::undecided));
  EXPECT_EQ(heard_of(9, "bob", "10.0.1.1"), 5);
}

TEST_F(Logins, CountAsTheSettingsSay) {
  settings.by_username = false;
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(heard("alice", "10.0." + std::to_string(i) + ".1", Outcome::wrong));
  EXPECT_EQ(heard_of(9, "carol", "10.1.0.1"), 5);
  settings = {.attempts = 3, .by_client_ip = false};
  EXPECT_EQ(heard_of(9, "dave", "10.2.0.1"), 3);
  EXPECT_EQ(heard_of(9, "erin", "10.2.0.1"), 3);
}

TEST_F(Logins, KeepNobodyOutOfTheNetworksThatHeUses) {
  EXPECT_TRUE(heard("alice", "10.0.0.1", Outcome::right));
  for (int i = 1; i < 9; ++i) heard_of(5, "alice", "10.0." + std::to_string(i) + ".1");
  EXPECT_FALSE(heard("alice", "10.0.100.1", Outcome::right)) << "the name's budget is burnt";
  EXPECT_TRUE(heard("alice", "10.0.0.200", Outcome::right)) << "not where alice has been before";
  heard_of(9, "somebody", "10.0.0.2");
  EXPECT_FALSE(heard("bob", "10.0.0.3", Outcome::right)) << "the network's budget is burnt";
  EXPECT_TRUE(heard("alice", "10.0.0.1", Outcome::right));
  EXPECT_EQ(heard_of(9, "alice", "10.0.0.1"), 5) << "where alice is known guesses have a budget too";
  EXPECT_FALSE(heard("alice", "10.0.0.1", Outcome::right));
}

TEST_F(Logins, CountTheFailuresOfAKnownNameForItsNetwork) {
  EXPECT_TRUE(heard("alice", "10.0.0.1", Outcome::right));
  EXPECT_EQ(heard_of(9, "alice", "10.0.0.1"), 5);
  EXPECT_FALSE(heard("bob", "10.0.0.2", Outcome::right));
  for (int i = 0; i < 9; ++i) heard("alice", "10.0.0.1", Outcome::right);
  EXPECT_FALSE(heard("bob", "10.0.0.2", Outcome::right)) << "a right password gives nothing back that it did not take";
}

TEST_F(Logins, HashNoMoreGuessesAtOnceThanTheBudgetHas) {
  std::atomic<int> hashed = 0;
  {
    std::vector<std::jthread> guesses;
    for (int i = 0; i < 30; ++i) {
      guesses.emplace_back([&] {
        auto reservation = protection.reserve(settings, who("alice", "10.0.0.1"));
        if (reservation) ++hashed;
      });  // the reservation goes: wrong
    }
  }
  EXPECT_EQ(hashed, 5);
}

TEST_F(Logins, WaitForThoseThatMayTurnOutRight) {
  std::atomic<int> heard_right = 0;
  std::vector<LoginProtection::Reservation> first;
  for (int i = 0; i < 5; ++i) {
    first.push_back(std::move(*protection.reserve(settings, who("user " + std::to_string(i), "10.0.0.1"))));
  }
  EXPECT_FALSE(protection.refuses(settings, who("user 9", "10.0.0.1")).has_value()) << "that is not decided yet";
  {
    std::vector<std::jthread> others;
    for (int i = 10; i < 20; ++i) {
      others.emplace_back([&, i] {
        auto reservation = protection.reserve(settings, who("user " + std::to_string(i), "10.0.0.1"));
        if (!reservation) return;
        reservation->settle(Outcome::right);
        ++heard_right;
      });
    }
    for (auto& each : first) each.settle(Outcome::right);
  }
  EXPECT_EQ(heard_right, 10) << "a whole office logs in at once";
}

}  // namespace
}  // namespace bearward::limit
