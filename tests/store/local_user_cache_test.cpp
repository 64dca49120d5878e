#include "store/local_user_cache.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace bearward::store {
namespace {

LocalUserCache::Entry entry_of(const std::string& name) {
  auto user = std::make_shared<identity::User>();
  user->username = name;
  return {.user = std::move(user), .fetched_at = steady_now(), .read_at = steady_now()};
}

TEST(LocalUserCache, FindsWhatWasPutUntilItIsErasedOrCleared) {
  LocalUserCache cache(10);
  EXPECT_EQ(cache.find("alice"), nullptr);
  cache.put("alice", entry_of("alice"));
  cache.put("", entry_of(""));
  cache.put("bob", {.user = nullptr, .fetched_at = {}, .read_at = {}});
  ASSERT_NE(cache.find("alice"), nullptr);
  EXPECT_EQ(cache.find("alice")->user->username, "alice");
  ASSERT_NE(cache.find("bob"), nullptr);
  EXPECT_EQ(cache.find("bob")->user, nullptr) << "that there is no such user is known, too";
  cache.put("alice", entry_of("alice the second"));
  EXPECT_EQ(cache.find("alice")->user->username, "alice the second");
  EXPECT_EQ(cache.size(), 3U);
  cache.erase("alice");
  cache.erase("nobody");
  EXPECT_EQ(cache.find("alice"), nullptr);
  EXPECT_NE(cache.find(""), nullptr);
  cache.clear();
  EXPECT_EQ(cache.size(), 0U);
  EXPECT_EQ(cache.find("bob"), nullptr);
}

TEST(LocalUserCache, NeverHoldsMoreThanItsBound) {
  constexpr std::size_t bound = 100;
  LocalUserCache cache(bound);
  for (int i = 0; i < 10'000; ++i) {
    cache.put("user" + std::to_string(i), entry_of("x"));
    ASSERT_LE(cache.size(), bound);
    ASSERT_NE(cache.find("user" + std::to_string(i)), nullptr) << "the newest is there";
  }
}

TEST(LocalUserCache, KeepsWhoIsLookedUpWhenStrangersPassBy) {
  LocalUserCache cache(100);
  for (int i = 0; i < 50; ++i) cache.put("regular" + std::to_string(i), entry_of("x"));
  for (int i = 0; i < 5'000; ++i) {
    for (int r = 0; r < 50; ++r) ASSERT_NE(cache.find("regular" + std::to_string(r)), nullptr) << i;
    cache.put("stranger" + std::to_string(i), entry_of("x"));
  }
}

TEST(LocalUserCache, AgreesWithAMapOverManyRandomSteps) {
  std::minstd_rand random(1);
  LocalUserCache cache(4'096);  // above the number of names: nothing is dropped, so it must agree exactly
  std::map<std::string, std::string> expected;
  for (int step = 0; step < 50'000; ++step) {
    const std::string name = "user" + std::to_string(random() % 3'000);
    switch (random() % 4) {
      case 0:
      case 1: {
        const std::string value = std::to_string(step);
        cache.put(name, entry_of(value));
        expected[name] = value;
        break;
      }
      case 2:
        cache.erase(name);
        expected.erase(name);
        break;
      default: {
        const LocalUserCache::Entry* found = cache.find(name);
        const auto wanted = expected.find(name);
        ASSERT_EQ(found != nullptr, wanted != expected.end());
        if (found != nullptr) {
          ASSERT_EQ(found->user->username, wanted->second);
        }
      }
    }
    ASSERT_EQ(cache.size(), expected.size());
  }
}

TEST(LocalUserCache, AnEntryInUseOutlivesItsPlace) {
  LocalUserCache cache(1);
  cache.put("alice", entry_of("alice"));
  const std::shared_ptr<const identity::User> alice = cache.find("alice")->user;
  cache.put("bob", entry_of("bob"));
  EXPECT_EQ(cache.find("alice"), nullptr);
  EXPECT_EQ(alice->username, "alice");
}

}  // namespace
}  // namespace bearward::store
