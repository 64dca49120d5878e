#include "endpoint/password_login.h"

#include <gtest/gtest.h>

#include "crypto/crypt_hash.h"
#include "crypto/password_hash.h"
#include "crypto/password_kind.h"
#include "support/test_user_store.h"

namespace bearward::endpoint {
namespace {

using config::PasswordHash;
using testing::TestUserStore;

std::string bcrypt(std::string_view password) {
  return crypto::crypt_password(password, crypto::new_bcrypt_setting(4)).value();  // the cheapest
}

std::string argon2id(std::string_view password) {
  return crypto::hash_password(password, crypto::PasswordScheme::argon2id).value();
}

std::string outcome_of(TestUserStore& users, std::string_view username, std::string password) {
  const auto user = log_in(users, username, Secret(std::move(password)), PasswordHash::bcrypt);
  if (user) return user->username;
  return user.error() == LoginError::refused ? "refused" : "unavailable";
}

TEST(PasswordLogin, LetsInWhoHasThePassword) {
  TestUserStore users;
  users.put("alice", bcrypt("wonderland"));
  users.put("zoe", argon2id("wonderland"));
  users.put("bob", bcrypt("wonderland"), /*disabled=*/true);
  users.put("nobody", "");
  users.put("locked", "!");
  users.put("long", bcrypt(std::string(72, 'p')));
  struct Case {
    const char* name;
    std::string username, password, outcome;
  };
  const Case cases[] = {{"the right one, bcrypt", "alice", "wonderland", "alice"},
                        {"the right one, argon2id", "zoe", "wonderland", "zoe"},
                        {"a wrong one, bcrypt", "alice", "Wonderland", "refused"},
                        {"a wrong one, argon2id", "zoe", "Wonderland", "refused"},
                        {"none", "alice", "", "refused"},
                        {"the right one with NUL and more", "alice", std::string("wonderland\0x", 12), "refused"},
                        {"what bcrypt cuts to the right one", "long", std::string(73, 'p'), "refused"},
                        {"over a KiB", "alice", std::string(1025, 'p'), "refused"},
                        {"a disabled user's right one", "bob", "wonderland", "refused"},
                        {"a user without a password", "nobody", "", "refused"},
                        {"any password, for a user without one", "nobody", "wonderland", "refused"},
                        {"a hash that is none", "locked", "!", "refused"},
                        {"an unknown user with a password that others have", "mallory", "wonderland", "refused"},
                        {"names have a case", "Alice", "wonderland", "refused"},
                        {"a name with NUL and more", std::string("alice\0x", 7), "wonderland", "refused"},
                        {"no name", "", "wonderland", "refused"}};
  for (const Case& c : cases) EXPECT_EQ(outcome_of(users, c.username, c.password), c.outcome) << c.name;
}

TEST(PasswordLogin, RefusesUnknownUsersOfAnEmptyStore) {
  TestUserStore users;
  EXPECT_EQ(outcome_of(users, "alice", "wonderland"), "refused");
}

TEST(PasswordLogin, OpensNobodysAccountWithTheDecoysPassword) {
  TestUserStore users;
  users.put("alice", bcrypt("wonderland"));  // the only hash there is: every unknown name's decoy
  users.put("nobody", "");
  EXPECT_EQ(outcome_of(users, "mallory", "wonderland"), "refused");
  EXPECT_EQ(outcome_of(users, "nobody", "wonderland"), "refused");
}

TEST(PasswordLogin, AsksTheStoreTheSameWhoeverLogsIn) {
  TestUserStore users;
  users.put("alice", bcrypt("wonderland"));
  users.put("bob", bcrypt("wonderland"), /*disabled=*/true);
  users.put("nobody", "");
  for (const char* username : {"alice", "bob", "nobody", "mallory"}) {
    SCOPED_TRACE(username);
    users.calls.clear();
    outcome_of(users, username, "a wrong one");
    EXPECT_EQ(users.calls, (std::vector<std::string>{"find", "decoy_kind"}));
  }
}

TEST(PasswordLogin, StrengthensAWeakHashOnce) {
  TestUserStore users;
  const std::string weak = bcrypt("wonderland");
  users.put("alice", weak);
  users.put("bob", weak, /*disabled=*/true);
  EXPECT_EQ(outcome_of(users, "alice", "Wonderland"), "refused");
  EXPECT_EQ(outcome_of(users, "bob", "wonderland"), "refused");
  EXPECT_EQ((*users.find("alice"))->password_hash, weak) << "not after a wrong password";
  EXPECT_EQ((*users.find("bob"))->password_hash, weak);
  EXPECT_EQ(outcome_of(users, "alice", "wonderland"), "alice");
  const std::string stronger = (*users.find("alice"))->password_hash;
  EXPECT_EQ(crypto::password_kind(stronger), "$2b$12$");
  users.calls.clear();
  EXPECT_EQ(outcome_of(users, "alice", "wonderland"), "alice") << "the password is the same";
  EXPECT_EQ(users.calls, (std::vector<std::string>{"find", "decoy_kind"})) << "nothing is written again";
}

TEST(PasswordLogin, LeavesAPasswordThatWasChangedMeanwhile) {
  TestUserStore users;
  users.put("alice", bcrypt("wonderland"));
  const std::string changed = bcrypt("looking glass");
  users.before_update = [&](store::StoredUser& row) { row.password_hash = changed; };
  EXPECT_EQ(outcome_of(users, "alice", "wonderland"), "alice") << "it was right when it was looked at";
  EXPECT_EQ((*users.find("alice"))->password_hash, changed);
}

TEST(PasswordLogin, LetsInWithAHashThatCannotBeStrengthened) {
  TestUserStore users;
  users.put("zoe", crypto::crypt_password(std::string(100, 'p'), "$7$3U..../....saltsaltsalt").value());
  EXPECT_EQ(outcome_of(users, "zoe", std::string(100, 'p')), "zoe") << "bcrypt holds no 100 bytes, and is no upgrade";
}

TEST(PasswordLogin, LetsNobodyInWhileTheStoreFails) {
  TestUserStore users;
  users.put("alice", bcrypt("wonderland"));
  users.failing = true;
  EXPECT_EQ(outcome_of(users, "alice", "wonderland"), "unavailable");
  EXPECT_EQ(outcome_of(users, "mallory", "wonderland"), "unavailable");
}

}  // namespace
}  // namespace bearward::endpoint
