// Which hash a login computes, and not how long it takes: the calls into libcrypt and libargon2 are counted on
// their way. What a stranger can time is exactly that.
#include <argon2.h>
#include <crypt.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>

#include "crypto/crypt_hash.h"
#include "crypto/password_kind.h"
#include "endpoint/password_login.h"
#include "store/sqlite/sqlite_user_store.h"
#include "support/temporary_directory.h"

namespace {

std::atomic<int> bcrypt_4, bcrypt_5, argon2id_computed;

template <class Function>
Function next_of(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" char* crypt_r(const char* phrase, const char* setting, crypt_data* data) {
  ++(std::string_view(setting).starts_with("$2b$04$") ? bcrypt_4 : bcrypt_5);
  static const auto real = next_of<char* (*)(const char*, const char*, crypt_data*)>("crypt_r");
  return real(phrase, setting, data);
}

extern "C" int argon2id_verify(const char* encoded, const void* password, std::size_t length) {
  ++argon2id_computed;
  static const auto real = next_of<int (*)(const char*, const void*, std::size_t)>("argon2id_verify");
  return real(encoded, password, length);
}

namespace bearward::endpoint {
namespace {

using Store = store::SqliteUserStore;

/// Which one hash was computed since the last call; anything but one is named so.
std::string computed() {
  const int four = bcrypt_4.exchange(0), five = bcrypt_5.exchange(0), argon2 = argon2id_computed.exchange(0);
  if (four + five + argon2 != 1) return std::to_string(four + five + argon2) + " hashes";
  return four == 1 ? "bcrypt 4" : five == 1 ? "bcrypt 5" : "argon2id";
}

class LoginTiming : public ::testing::Test {
 protected:
  LoginTiming() {
    add(30, crypto::crypt_password("wonderland", crypto::new_bcrypt_setting(4)).value());
    add(50, crypto::crypt_password("wonderland", crypto::new_bcrypt_setting(5)).value());
    add(20, *crypto::decoy_of_kind("$argon2id$v=19$m=8,t=1,p=1$"));
    add(10, "", "nobody");
    add(10, "!", "locked");
    add(10, *crypto::decoy_of_kind("$2b$04$"), "disabled", /*disabled=*/true);
  }

  void add(int count, const std::string& hash, const std::string& name = "user", bool disabled = false) {
    for (int i = 0; i < count; ++i) {
      store::StoredUser user;
      user.user.username = name + std::to_string(added_++);
      user.user.disabled = disabled;
      user.password_hash = hash;
      ASSERT_TRUE(users_->add(user));
    }
  }

  /// One login with a password that is wrong for everybody.
  static std::string hash_for(Store& users, const std::string& username) {
    computed();
    EXPECT_FALSE(log_in(users, username, Secret("alice"), config::PasswordHash::bcrypt));
    return computed();
  }

  testing::TemporaryDirectory folder_;
  std::unique_ptr<Store> users_ = std::move(Store::open(folder_.file("users.db")).value());
  int added_ = 0;
};

TEST_F(LoginTiming, ComputesOneHashWhoeverTheUserIs) {
  const std::set<std::string> one{"bcrypt 4", "bcrypt 5", "argon2id"};
  for (const char* name : {"user0", "user40", "user90", "nobody100", "locked110", "disabled120", "mallory", "",
                           "a name that nobody can have, since it has spaces", "\xff"})
    EXPECT_TRUE(one.contains(hash_for(*users_, name))) << name;
  EXPECT_EQ(hash_for(*users_, "user40"), "bcrypt 5");
}

TEST_F(LoginTiming, ComputesForUnknownNamesWhatRealOnesHave) {
  constexpr int names = 500;
  std::map<std::string, int> drawn;
  for (int i = 0; i < names; ++i) ++drawn[hash_for(*users_, "mallory" + std::to_string(i))];
  ASSERT_EQ(drawn.size(), 3U);
  EXPECT_NEAR(drawn["bcrypt 4"], names * 40 / 110, 40) << "40 of 110 users";
  EXPECT_NEAR(drawn["bcrypt 5"], names * 50 / 110, 40);
  EXPECT_NEAR(drawn["argon2id"], names * 20 / 110, 40);
}

TEST_F(LoginTiming, ComputesTheSameForANameAtEveryTryOnEveryNodeAndAfterEveryStart) {
  const auto other_node = std::move(Store::open(folder_.file("users.db")).value());
  std::map<std::string, std::string> first;
  const auto names = [] {
    std::vector<std::string> all{"user0", "user40", "user90", "nobody100", "locked110", "disabled120"};
    for (int i = 0; i < 100; ++i) all.push_back("mallory" + std::to_string(i));
    return all;
  }();
  for (const std::string& name : names) first[name] = hash_for(*users_, name);
  for (const std::string& name : names) EXPECT_EQ(hash_for(*other_node, name), first[name]) << name;
  users_.reset();
  users_ = std::move(Store::open(folder_.file("users.db")).value());
  for (const std::string& name : names) EXPECT_EQ(hash_for(*users_, name), first[name]) << name;
}

TEST_F(LoginTiming, MovesAlmostNoNameWhenUsersAreAdded) {
  constexpr int names = 200;
  std::vector<std::string> before;
  for (int i = 0; i < names; ++i) before.push_back(hash_for(*users_, "mallory" + std::to_string(i)));
  add(2, *crypto::decoy_of_kind("$2b$05$"), "new");
  int moved = 0;
  for (int i = 0; i < names; ++i) moved += hash_for(*users_, "mallory" + std::to_string(i)) != before[i] ? 1 : 0;
  EXPECT_LE(moved, names / 20) << "2 of 112 users are new: no more than their share may move";
}

}  // namespace
}  // namespace bearward::endpoint
