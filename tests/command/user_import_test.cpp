#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/json/parse.hpp>

#include "support/gateway_process.h"

namespace bearward {
namespace {

using testing::CommandResult;
using testing::GatewayConfig;
using testing::GatewayProcess;

class UserImport : public ::testing::Test {
 protected:
  CommandResult user(std::vector<std::string> arguments, std::string_view input = "") {
    arguments.insert(arguments.begin(), "user");
    return gateway_.run(std::move(arguments), input);
  }
  CommandResult import(const std::string& csv, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"import", folder_.write("users.csv", csv)});
    return user(std::move(more));
  }
  std::size_t users() {
    const CommandResult listed = user({"list", "--format", "json"});
    return listed.exit_code == 0 ? boost::json::parse(listed.output).as_array().size() : 0;
  }
  boost::json::value shown(const std::string& name) {
    return boost::json::parse(user({"show", name, "--format", "json"}).output);
  }

  testing::TemporaryDirectory folder_;
  GatewayConfig config_{1};
  GatewayProcess gateway_{config_};
};

const std::string rest = "YCfklPaSzoWbwe70iggBqubCwVvTNRdfISaCMGmBAcSz76CpUeTee";

TEST_F(UserImport, TakesAFileOfAnotherApplication) {
  const CommandResult done = import(
      "\xEF\xBB\xBFid,username,email,full_name,hashed_password,is_active,roles\r\n"
      "1,alice,a@b.c,\"Alice \"\"Al\"\" A, Jr\",$2b$12$" +
      rest +
      ",true,\"admin,editor\"\r\n"
      "2,bob,,,$2y$10$" +
      rest + ",f,\r\n");
  ASSERT_EQ(done.exit_code, 0) << done.errors;
  EXPECT_EQ(done.output, "2 users imported\n");
  EXPECT_EQ(done.errors, "bearward: note: the column \"id\" is not read\n");
  EXPECT_EQ(shown("alice").at("full_name"), "Alice \"Al\" A, Jr");
  EXPECT_EQ(shown("alice").at("roles"), boost::json::parse(R"(["admin","editor"])"));
  EXPECT_EQ(shown("bob").at("disabled"), true);
  EXPECT_TRUE(shown("bob").at("email").is_null());
}

TEST_F(UserImport, ReportsEveryBadRowAndImportsNothing) {
  ASSERT_EQ(user({"add", "taken", "--email", "t@b.c"}).exit_code, 0);
  const CommandResult refused = import(
      "username,email,hashed_password,disabled\n"
      "good,g@b.c,,0\n"
      "taken,,,0\n"
      "bad name,,,0\n"
      "\"multi\nline\",,,0\n"
      "plain,,secret,0\n"
      "other,t@b.c,,0\n"
      "good,,,0\n"
      "maybe,,,perhaps\n");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.output, "");
  const std::string file = folder_.file("users.csv");
  EXPECT_EQ(refused.errors,
            file + ":3: row 2: a user of this name exists; leave such users as they are with --skip-existing\n" + file +
                ":4: row 3: the username contains a space or an invisible character\n" + file +
                ":5: row 4: the username contains a control character\n" + file +
                ":7: row 5: the password hash is of no kind that can be verified (argon2id, bcrypt, scrypt, "
                "yescrypt); import the user with an empty hash and give a new password\n" +
                file + ":8: row 6: another user has this email; change one of the two\n" + file +
                ":9: row 7: the username is that of row 1 too; keep one of them\n" + file +
                ":10: row 8: disabled is neither true nor false\n" +
                "bearward: 7 of 8 rows cannot be imported; nothing was imported\n");
  EXPECT_EQ(users(), 1U);
}

TEST_F(UserImport, RefusesTheNameOfAClient) {
  GatewayConfig config(1);
  config.set("clients", "{registered: [{id: spa, public: true, grants: [password]}]}");
  GatewayProcess gateway(config);
  const CommandResult refused = gateway.run({"user", "import", folder_.write("users.csv", "username\nspa\n")}, "");
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.errors.find("is the id of a client"), std::string::npos) << refused.errors;
  EXPECT_EQ(gateway.run({"user", "add", "spa"}, "").exit_code, 1);
}

TEST_F(UserImport, LeavesThoseWhoAreThereAloneWhereItIsTold) {
  ASSERT_EQ(user({"add", "alice", "--full-name", "First"}).exit_code, 0);
  const std::string csv = "username,full_name\nalice,Second\nbob,Bob\n";
  EXPECT_EQ(import(csv).exit_code, 1);
  const CommandResult done = import(csv, {"--skip-existing", "--format", "json"});
  EXPECT_EQ(boost::json::parse(done.output),
            boost::json::parse(R"({"imported":1,"skipped":1,"dry_run":false,"ignored_columns":[]})"));
  EXPECT_EQ(shown("alice").at("full_name"), "First");
  EXPECT_EQ(import(csv, {"--skip-existing"}).output, "0 users imported, 2 exist and were left as they are\n");
}

TEST_F(UserImport, DoesNothingInADryRun) {
  EXPECT_EQ(import("username\nalice\n", {"--dry-run"}).output, "1 users would be imported\n");
  EXPECT_EQ(users(), 0U);
  EXPECT_EQ(import("username\nal ice\n", {"--dry-run"}).exit_code, 1);
}

TEST_F(UserImport, ReadsATableOfASqliteFile) {
  const std::string file = folder_.file("app.db");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  const std::string sql =
      "CREATE TABLE \"the \"\"users\"\"\" (id INTEGER PRIMARY KEY, login TEXT, hashed_password TEXT, is_active "
      "BOOLEAN, "
      "photo BLOB);"
      "INSERT INTO \"the \"\"users\"\"\" VALUES (1, 'alice', '$2b$12$" +
      rest + "', 1, x'ff00'), (2, 'bob', NULL, 0, NULL)";
  ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  const CommandResult done = user({"import", "sqlite:" + file, "--table", "the \"users\"", "--map", "login=username"});
  ASSERT_EQ(done.exit_code, 0) << done.errors;
  EXPECT_EQ(done.output, "2 users imported\n");
  EXPECT_EQ(shown("bob").at("disabled"), true);
  EXPECT_EQ(user({"import", "sqlite:" + file, "--table", "none", "--map", "login=username"}).exit_code, 2);
  EXPECT_EQ(user({"import", "sqlite:" + file}).exit_code, 2) << "which table?";
}

TEST_F(UserImport, SaysWhyItCannotRun) {
  EXPECT_EQ(user({"import", folder_.file("none.csv")}).exit_code, 2);
  EXPECT_EQ(import("email\na@b.c\n").exit_code, 2) << "no name";
  const CommandResult ragged = import("username,email\na\n");
  EXPECT_EQ(ragged.exit_code, 2);
  EXPECT_EQ(ragged.errors,
            "bearward: " + folder_.file("users.csv") + ":2: this line has 1 fields, expected 2 as in the first line\n");
  const CommandResult postgres = user({"import", "postgresql://host/db", "--table", "users"});
  EXPECT_EQ(postgres.exit_code, 2);
  EXPECT_NE(postgres.errors.find("\\copy"), std::string::npos);
  EXPECT_EQ(import("username\na\n", {"--map", "username"}).exit_code, 2);
}

TEST_F(UserImport, TakesManyRowsInOneGo) {
  std::string csv = "username,email,hashed_password\n";
  constexpr int rows = 20'000;
  for (int i = 0; i < rows; ++i)
    csv += "user" + std::to_string(i) + ",user" + std::to_string(i) + "@b.c,$2b$12$" + rest + "\n";
  EXPECT_EQ(import(csv).output, "20000 users imported\n");
  EXPECT_EQ(users(), std::size_t{rows});
}

}  // namespace
}  // namespace bearward
