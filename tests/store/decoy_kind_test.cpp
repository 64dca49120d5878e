#include "store/decoy_kind.h"

#include <gtest/gtest.h>

#include <map>

namespace bearward::store {
namespace {

using Counts = std::vector<PasswordKindCount>;

constexpr std::string_view key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
constexpr int names = 4'000;

std::string name_of(int i) { return "name" + std::to_string(i); }

std::map<std::string, double> shares_of(const Counts& counts) {
  std::map<std::string, double> shares;
  for (int i = 0; i < names; ++i) shares[choose_decoy_kind(key, name_of(i), counts).value_or("none")] += 1.0 / names;
  return shares;
}

/// How many names have another kind after the table changed.
int moved(const Counts& before, const Counts& after) {
  int count = 0;
  for (int i = 0; i < names; ++i)
    count += choose_decoy_kind(key, name_of(i), before) != choose_decoy_kind(key, name_of(i), after) ? 1 : 0;
  return count;
}

TEST(DecoyKind, ComesInTheProportionOfRealUsers) {
  struct Case {
    const char* name;
    Counts counts;
    std::map<std::string, double> shares;
  };
  const Case cases[] = {{"nobody has a password", {}, {{"none", 1}}},
                        {"one kind", {{"a", 3}}, {{"a", 1}}},
                        {"halves", {{"a", 1}, {"b", 1}}, {{"a", 0.5}, {"b", 0.5}}},
                        {"a tenth", {{"a", 100}, {"b", 900}}, {{"a", 0.1}, {"b", 0.9}}},
                        {"three", {{"a", 20}, {"b", 30}, {"c", 50}}, {{"a", 0.2}, {"b", 0.3}, {"c", 0.5}}},
                        {"one user of a million has a kind of his own: others seem to have it, too",
                         {{"a", 1}, {"b", 999'998}, {"c", 1}},
                         {{"a", 0.004}, {"b", 0.992}, {"c", 0.004}}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto shares = shares_of(c.counts);
    EXPECT_EQ(shares.size(), c.shares.size());
    for (const auto& [kind, share] : c.shares) {
      ASSERT_TRUE(shares.contains(kind)) << kind;
      EXPECT_NEAR(shares.at(kind), share, 0.02 + share / 20) << kind;
    }
  }
}

TEST(DecoyKind, IsANamesOwnAndTheKeysSecret) {
  const Counts counts{{"a", 1}, {"b", 1}};
  int otherwise = 0;
  for (int i = 0; i < names; ++i) {
    EXPECT_EQ(choose_decoy_kind(key, name_of(i), counts), choose_decoy_kind(key, name_of(i), counts));
    otherwise += choose_decoy_kind("another key", name_of(i), counts) != choose_decoy_kind(key, name_of(i), counts);
  }
  EXPECT_NEAR(otherwise, names / 2, names / 20) << "without the key nobody knows what a name ought to have";
}

TEST(DecoyKind, StaysWhileTheSharesAboutStay) {
  EXPECT_EQ(moved({{"a", 3'000}, {"b", 7'000}}, {{"a", 3'000}, {"b", 7'010}}), 0) << "ten more users";
  EXPECT_LE(moved({{"a", 3'000}, {"b", 7'000}}, {{"a", 3'000}, {"b", 7'100}}), names / 100) << "one in a hundred";
}

TEST(DecoyKind, ChangesOnceWhileAllHashesAreUpgraded) {
  std::map<std::string, int> changes;
  std::map<std::string, std::string> now;
  for (int upgraded = 0; upgraded <= 1'000; upgraded += 10) {
    const Counts counts{{"$2b$12$", 1'000 - upgraded}, {"$argon2id", upgraded}};
    Counts present;
    for (const PasswordKindCount& count : counts)
      if (count.users > 0) present.push_back(count);
    for (int i = 0; i < 200; ++i) {
      const std::string kind = *choose_decoy_kind(key, name_of(i), present);
      std::string& had = now[name_of(i)];
      if (!had.empty() && had != kind) ++changes[name_of(i)];
      had = kind;
    }
  }
  EXPECT_EQ(changes.size(), 200U);
  for (const auto& [name, count] : changes) EXPECT_EQ(count, 1) << name << " must change as a user does: once";
}

TEST(DecoyKind, BoundsTheKinds) {
  Counts counts;
  for (int i = 0; i < 1'000; ++i) counts.push_back({std::to_string(10'000 + i), 1});
  EXPECT_LE(shares_of(counts).size(), max_decoy_kinds);
}

}  // namespace
}  // namespace bearward::store
