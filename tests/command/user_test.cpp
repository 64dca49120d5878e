#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/json/parse.hpp>

#include "support/gateway_process.h"
#include "support/redis_server.h"

namespace bearward {
namespace {

using testing::CommandResult;
using testing::GatewayConfig;
using testing::GatewayProcess;

class UserCommandTest : public ::testing::Test {
 protected:
  /// `bearward user ARGUMENTS`, beside no running gateway.
  CommandResult user(std::vector<std::string> arguments, std::string_view input = "") {
    arguments.insert(arguments.begin(), "user");
    return gateway_.run(std::move(arguments), input);
  }
  boost::json::value shown(const std::string& name) {
    return boost::json::parse(user({"show", name, "--format", "json"}).output);
  }

  GatewayConfig config_{1};
  GatewayProcess gateway_{config_};
};

TEST_F(UserCommandTest, AddsShowsAndListsUsers) {
  EXPECT_EQ(user({"list"}).exit_code, 2) << "there is no store yet";
  const CommandResult added = user({"add", "alice", "--email", "a@example.org", "--full-name", "Alice A", "--roles",
                                    "editor,admin", "--password-stdin"},
                                   "correct horse\n");
  ASSERT_EQ(added.exit_code, 0) << added.errors;
  EXPECT_EQ(added.output, "alice added\n");
  ASSERT_EQ(user({"add", "bob", "--disabled"}).exit_code, 0);
  const boost::json::value alice = shown("alice");
  EXPECT_EQ(alice.at("email"), "a@example.org");
  EXPECT_EQ(alice.at("full_name"), "Alice A");
  EXPECT_EQ(alice.at("roles"), boost::json::parse(R"(["editor","admin"])"));
  EXPECT_EQ(alice.at("disabled"), false);
  EXPECT_EQ(shown("bob").at("disabled"), true);
  const CommandResult all = user({"list", "--format", "json"});
  EXPECT_EQ(boost::json::parse(all.output).as_array().size(), 2U);
  EXPECT_EQ(all.output.find("$argon2"), std::string::npos) << "no hash is ever printed";
  const std::string table = user({"list"}).output;
  EXPECT_NE(table.find("alice     a@example.org  editor,admin  enabled"), std::string::npos) << table;
}

TEST_F(UserCommandTest, ChangesUsers) {
  ASSERT_EQ(user({"add", "alice", "--password-stdin"}, "correct horse").exit_code, 0);
  EXPECT_EQ(user({"disable", "alice"}).output, "alice disabled\n");
  EXPECT_EQ(shown("alice").at("disabled"), true);
  EXPECT_EQ(user({"enable", "alice"}).exit_code, 0);
  EXPECT_EQ(shown("alice").at("disabled"), false);
  EXPECT_EQ(user({"roles", "alice", "a,b"}).exit_code, 0);
  EXPECT_EQ(shown("alice").at("roles"), boost::json::parse(R"(["a","b"])"));
  EXPECT_EQ(user({"roles", "alice", ""}).exit_code, 0);
  EXPECT_EQ(shown("alice").at("roles"), boost::json::array());
  EXPECT_EQ(user({"password", "alice", "--password-stdin"}, "battery staple\n").exit_code, 0);
  EXPECT_EQ(user({"delete", "alice"}).exit_code, 0);
  EXPECT_EQ(user({"show", "alice"}).exit_code, 1);
}

TEST_F(UserCommandTest, SaysNoWithOneAndCannotWithTwo) {
  ASSERT_EQ(user({"add", "alice", "--email", "a@example.org"}).exit_code, 0);
  struct Case {
    std::vector<std::string> arguments;
    const char* input;
    int exit_code;
    const char* said;
  };
  const Case cases[] = {{{"add", "alice"}, "", 1, "taken"},
                        {{"add", "bob", "--email", "a@example.org"}, "", 1, "taken"},
                        {{"show", "nobody"}, "", 1, "no user \"nobody\""},
                        {{"disable", "nobody"}, "", 1, "no user"},
                        {{"enable", "nobody"}, "", 1, "no user"},
                        {{"roles", "nobody", "a"}, "", 1, "no user"},
                        {{"delete", "nobody"}, "", 1, "no user"},
                        {{"password", "nobody", "--password-stdin"}, "long enough", 1, "no user"},
                        {{"add", "a/b"}, "", 2, "username contains \"/\""},
                        {{"add", ""}, "", 2, "username is empty"},
                        {{"add", "bob", "--email", "b"}, "", 2, "email is not of the form"},
                        {{"add", "bob", "--roles", "a b"}, "", 2, "a role"},
                        {{"add", "bob", "--password-stdin"}, "short\n", 2, "fewer than 8 bytes"},
                        {{"add", "bob", "--password-stdin"}, "", 2, "fewer than 8 bytes"},
                        {{"roles", "alice", "a\"b"}, "", 2, "a role"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(::testing::PrintToString(c.arguments));
    const CommandResult result = user(c.arguments, c.input);
    EXPECT_EQ(result.exit_code, c.exit_code);
    EXPECT_NE(result.errors.find(c.said), std::string::npos) << result.errors;
    EXPECT_EQ(result.output, "");
  }
  EXPECT_EQ(user({"add", "bob", "--password-stdin"}, std::string(1'025, 'x')).exit_code, 2);
  EXPECT_EQ(user({"add", "bob", "--password-stdin"}, std::string_view("long\0enough", 11)).exit_code, 2);
  EXPECT_EQ(user({"show", "bob"}).exit_code, 1) << "nothing was half-added";
}

TEST_F(UserCommandTest, KeepsTheStoreToItsOwner) {
  ASSERT_EQ(user({"add", "alice"}).exit_code, 0);
  struct stat found{};
  ASSERT_EQ(::stat((gateway_.folder() / "users.db").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(UserCommandTest, WarnsWhenRedisDoesNotAnswerAndIsDoneAllTheSame) {
  testing::RedisServer redis;
  gateway_.config().set("users", "{store: \"sqlite:users.db\", cache: {redis: \"" + redis.url() + "\"}}");
  gateway_.write_files();
  const CommandResult told = user({"add", "alice"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_EQ(told.errors.find("Redis"), std::string::npos) << told.errors;
  redis.stop();
  const CommandResult untold = user({"disable", "alice"});
  EXPECT_EQ(untold.exit_code, 0);
  EXPECT_NE(untold.errors.find("warning: Redis did not answer"), std::string::npos) << untold.errors;
  EXPECT_EQ(shown("alice").at("disabled"), true);
}

}  // namespace
}  // namespace bearward
