#include "config/users.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

using namespace std::chrono_literals;
using test::load_snippet;

TEST(ReadUsers, ReadsThem) {
  const auto loaded = load_snippet(R"(
users:
  store: sqlite:data/users.db
  cache: {redis: "redis://us:p%40ss@cache:6380/3", ttl: 2m, local_ttl: 250ms}
  password_hash: bcrypt
  role_scopes: {analyst: ["reports:read", "reports:export"], "night watch": doors}
)");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  const Users& users = loaded.config.users;
  EXPECT_EQ(users.sqlite_path, "/etc/bearward/data/users.db");
  ASSERT_TRUE(users.redis);
  EXPECT_EQ(users.redis->host, "cache");
  EXPECT_EQ(users.redis->port, 6380);
  EXPECT_EQ(users.redis->database, 3);
  EXPECT_EQ(users.redis->username, "us");
  EXPECT_EQ(users.redis->password.reveal(), "p@ss");
  EXPECT_EQ(users.ttl, 2min);
  EXPECT_EQ(users.local_ttl, 250ms);
  EXPECT_EQ(users.password_hash, PasswordHash::bcrypt);
  EXPECT_EQ(users.role_scopes,
            (RoleScopes{{"analyst", {"reports:read", "reports:export"}}, {"night watch", {"doors"}}}));
}

TEST(ReadUsers, KnowsItsDefaults) {
  const auto loaded = load_snippet("users: {store: \"sqlite:/var/lib/u.db\", cache: {redis: redis://127.0.0.1}}");
  EXPECT_EQ(loaded.findings, std::vector<std::string>{});
  EXPECT_EQ(loaded.config.users.sqlite_path, "/var/lib/u.db");
  EXPECT_EQ(loaded.config.users.redis->port, 6379);
  EXPECT_EQ(loaded.config.users.redis->database, 0);
  EXPECT_EQ(loaded.config.users.ttl, 60s);
  EXPECT_EQ(loaded.config.users.local_ttl, 5s);
  EXPECT_EQ(loaded.config.users.password_hash, PasswordHash::argon2id);
}

TEST(ReadUsers, SaysWhatIsWrongAndShowsNoPassword) {
  const std::string redis =
      "found an address of another form for redis (not shown here), expected "
      "redis://[user:password@]host[:port][/database]";
  const test::Mistake mistakes[] = {
      {"no store", "users: {}\n", {"1:8: error: found no key \"store\" in users, expected sqlite:PATH"}},
      {"nothing", "users:\n", {"1:1: error: found nothing for users, expected a map with keys such as \"store\""}},
      {"a bare path",
       "users: {store: hunter2.db}\n",
       {"1:16: error: found a text (not shown here) for store, expected sqlite:PATH"}},
      {"no path",
       "users: {store: \"sqlite:\"}\n",
       {"1:16: error: found no file for store, expected sqlite:PATH; a store in memory would be empty at every start"}},
      {"in memory",
       "users: {store: \"sqlite::memory:\"}\n",
       {"1:16: error: found no file for store, expected sqlite:PATH; a store in memory would be empty at every start"}},
      {"PostgreSQL",
       "users: {store: \"postgresql://u:hunter2@h:5432/d\"}\n",
       {"1:16: error: a PostgreSQL user store is not yet supported by this version; use sqlite:PATH"}},
      {"Redis of another scheme",
       "users: {store: sqlite:u, cache: {redis: \"http://u:hunter2@h\"}}\n",
       {"1:41: error: " + redis}},
      {"Redis over TLS",
       "users: {store: sqlite:u, cache: {redis: \"rediss://u:hunter2@h\"}}\n",
       {"1:41: error: Redis over TLS (rediss://) is not yet supported by this version; use redis://"}},
      {"a database that is none",
       "users: {store: sqlite:u, cache: {redis: redis://h/hunter2}}\n",
       {"1:41: error: " + redis}},
      {"a password with a slash",
       "users: {store: sqlite:u, cache: {redis: \"redis://u:hunter2/@h\"}}\n",
       {"1:41: error: " + redis}},
      {"a local_ttl that is longer than ttl",
       "users: {store: sqlite:u, cache: {ttl: 2s}}\n",
       {"1:39: error: found a local_ttl of 5s and a ttl of 2s, expected a local_ttl that is not longer"}},
      {"a hash that is only verified",
       "users: {store: sqlite:u, password_hash: scrypt}\n",
       {"1:41: error: found \"scrypt\" for password_hash, expected argon2id or bcrypt; did you mean \"bcrypt\"?"}},
      {"a hash that is none",
       "users: {store: sqlite:u, password_hash: argon2}\n",
       {"1:41: error: found \"argon2\" for password_hash, expected argon2id or bcrypt; did you mean \"argon2id\"?"}},
      {"scopes that are no map",
       "users: {store: sqlite:u, role_scopes: [a]}\n",
       {"1:39: error: found a list for role_scopes, expected a map of roles and their scopes, such as analyst: "
        "[reports:read]"}},
      {"a role without scopes, and one with what is none",
       "users: {store: sqlite:u, role_scopes: {a: [], b: [\"x y\"]}}\n",
       {"1:43: error: found an empty list for a, expected a list of scopes",
        "1:51: error: found \"x y\" for b, expected a scope without spaces, quotes or backslashes (RFC 6749 §3.3)"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    const auto findings = load_snippet(mistake.yaml).findings;
    EXPECT_EQ(findings, mistake.findings);
    for (const std::string& finding : findings) EXPECT_EQ(finding.find("hunter2"), std::string::npos);
  }
}

}  // namespace
}  // namespace bearward::config
