#include "store/import/user_mapping.h"

#include <gtest/gtest.h>

namespace bearward::store {
namespace {

using Cells = std::vector<std::optional<std::string>>;
using Names = std::vector<std::string>;

const std::string bcrypt = "$2b$12$YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";

Result<StoredUser, std::string> read(const Names& columns, Cells cells) {
  return UserMapping::make(columns, {}).value().read({1, 2, std::move(cells)});
}

TEST(UserMapping, KnowsColumnsByTheirNames) {
  const auto mapping = UserMapping::make({"ID", "UserName", " Email ", "hashed_password", "created_at"}, {});
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->ignored(), (Names{"ID", "created_at"}));
  const auto user = mapping->read({1, 2, {"7", "alice", "a@b.c", bcrypt, "now"}});
  ASSERT_TRUE(user);
  EXPECT_EQ(user->user.username, "alice");
  EXPECT_EQ(user->user.email, "a@b.c");
  EXPECT_EQ(user->password_hash, bcrypt);
  EXPECT_FALSE(user->user.disabled);
}

TEST(UserMapping, TakesOtherNamesByHand) {
  const auto mapping =
      UserMapping::make({"login", "pw", "email"}, {{"login", "username"}, {"pw", "password_hash"}, {"email", ""}});
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->ignored(), Names{"email"});
  EXPECT_EQ(mapping->read({1, 2, {"alice", bcrypt, "a@b.c"}})->user.email, "");
}

TEST(UserMapping, SaysWhatIsWrongWithTheColumns) {
  struct Case {
    const char* name;
    Names columns;
    std::map<std::string, std::string> renamed;
    const char* what;
  };
  const Case cases[] = {
      {"no name", {"email"}, {}, "no column is the username; say which is with --map COLUMN=username"},
      {"two hashes",
       {"username", "hashed_password", "password_hash"},
       {},
       "two columns are the password_hash of a user; name one that is not with --map COLUMN="},
      {"two states",
       {"username", "disabled", "is_active"},
       {},
       "there is a column for disabled and one for is_active; leave one out with --map COLUMN="},
      {"a column that is not there", {"username"}, {{"mail", "email"}}, "there is no column \"mail\""},
      {"a field that is not there",
       {"username", "age"},
       {{"age", "age"}},
       "\"age\" is no field of a user; use username, email, full_name, password_hash, disabled, is_active or roles"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto mapping = UserMapping::make(c.columns, c.renamed);
    ASSERT_FALSE(mapping);
    EXPECT_EQ(mapping.error(), c.what);
  }
}

TEST(UserMapping, ReadsWhoIsDisabled) {
  struct Case {
    const char* column;
    std::optional<std::string> cell;
    std::optional<bool> disabled;
  };
  const Case cases[] = {{"disabled", "1", true},           {"disabled", "0", false},    {"disabled", "TRUE", true},
                        {"disabled", "f", false},          {"disabled", "no", false},   {"disabled", "", false},
                        {"disabled", std::nullopt, false}, {"disabled", "2", {}},       {"disabled", "maybe", {}},
                        {"is_active", "1", false},         {"is_active", "0", true},    {"is_active", "t", false},
                        {"is_active", "False", true},      {"is_active", "yes", false}, {"is_active", "", {}},
                        {"is_active", std::nullopt, {}},   {"is_active", "x", {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.column) + " " + c.cell.value_or("NULL"));
    const auto user = read({"username", c.column}, {"alice", c.cell});
    ASSERT_EQ(user.has_value(), c.disabled.has_value());
    if (user) {
      EXPECT_EQ(user->user.disabled, *c.disabled);
    }
    if (!user) {
      EXPECT_EQ(user.error(), std::string(c.column) + " is neither true nor false");
    }
  }
}

TEST(UserMapping, ReadsRoles) {
  struct Case {
    std::optional<std::string> cell;
    std::optional<Names> roles;
  };
  const Case cases[] = {{std::nullopt, Names{}},
                        {"", Names{}},
                        {"admin", Names{"admin"}},
                        {"a, b", Names{"a", "b"}},
                        {"[\"a\",\"b\"]", Names{"a", "b"}},
                        {"{a,b}", Names{"a", "b"}},
                        {"[1]", {}},
                        {"[\"a\"", {}},
                        {"a b", {}},
                        {"say \"hi\"", {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.cell.value_or("NULL"));
    const auto user = read({"username", "roles"}, {"alice", c.cell});
    ASSERT_EQ(user.has_value(), c.roles.has_value());
    if (user) {
      EXPECT_EQ(user->user.roles, *c.roles);
    }
  }
}

TEST(UserMapping, KeepsHashesThatCanBeVerifiedAndReportsOthers) {
  for (const std::string& hash : {bcrypt, std::string("$2y$10$YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee"),
                                  std::string(), std::string("!"), "!" + bcrypt}) {
    const auto user = read({"username", "hashed_password"}, {"alice", hash});
    ASSERT_TRUE(user) << hash;
    EXPECT_EQ(user->password_hash, hash);
  }
  for (const char* hash : {"secret", "pbkdf2_sha256$1$a$b", "$6$a$b", "$1$a$b", "$2b$12$short", "$2x$12$x"}) {
    const auto user = read({"username", "hashed_password"}, {"alice", hash});
    ASSERT_FALSE(user) << hash;
    EXPECT_EQ(user.error(),
              "the password hash is of no kind that can be verified (argon2id, bcrypt, scrypt, yescrypt); import the "
              "user with an empty hash and give a new password");
  }
}

TEST(UserMapping, HoldsRowsToTheRulesOfNewUsers) {
  EXPECT_EQ(read({"username"}, {""}).error(), "the username is empty");
  EXPECT_EQ(read({"username"}, {std::nullopt}).error(), "the username is empty");
  EXPECT_EQ(read({"username"}, {"a:b"}).error(), "the username contains \":\"");
  EXPECT_EQ(read({"username", "email"}, {"a", "b"}).error(), "the email is not of the form name@domain");
  EXPECT_EQ(read({"username", "full_name"}, {"a", "b\nc"}).error(), "the full name contains a control character");
}

}  // namespace
}  // namespace bearward::store
