// Sign-up and `me`, on the wire and in both manners.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <thread>

#include "support/site.h"
#include "support/temporary_directory.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

json::object object_in(const Response& response) {
  boost::system::error_code error;
  const json::value value = json::parse(response.content, error);
  return value.is_object() ? value.get_object() : json::object{};
}

template <class Suite>
class AccountsTest : public SharedSiteTest<Suite> {
 protected:
  static Response sign_up(std::string_view content, std::string_view type = "application/json") {
    return Suite::send(request("POST", "/users/", "Content-Type: " + std::string(type) + "\r\n", content));
  }
  static Response log_in(std::string_view username, std::string_view password) {
    return Suite::send(request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n",
                               "username=" + std::string(username) + "&password=" + std::string(password)));
  }
  static Response me(std::string_view fields) { return Suite::send(request("GET", "/users/me", fields)); }
  static std::string token_of(const Response& logged_in) {
    const json::object body = object_in(logged_in);
    return body.contains("access_token") ? std::string(body.at("access_token").as_string()) : "";
  }
};

constexpr const char* endpoints =
    "{token: [/token, /api/v1/auth/login], sign_up: [/users/, /api/v1/auth/signUp], me: [/users/me, /users/me/]}";

class Accounts : public AccountsTest<Accounts> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("endpoints", endpoints)
        .set("workers", "2")
        .set("clients", "{registered: [{id: reporting, public: true, grants: [password]}]}");
  }
  friend class AccountsTest<Accounts>;
};

TEST_F(Accounts, SignUpMakesAUserWhoCanLogInAndIsToldWhoTheyAre) {
  const Response made = sign_up(
      R"({"username":"carol","password":"wonder land","email":"carol@b.c","full_name":"Carol C","roles":["admin"]})");
  ASSERT_EQ(made.status, 201) << made.content;
  EXPECT_EQ(made.content,
            R"({"username":"carol","email":"carol@b.c","full_name":"Carol C","roles":[],"disabled":false})");
  EXPECT_EQ(made.field("Cache-Control"), "no-store");
  const std::string token = token_of(log_in("carol", "wonder+land"));
  ASSERT_NE(token, "");
  for (const char* path : {"/users/me", "/users/me/"}) {
    const Response mine = send(request("GET", path, bearer(token)));
    EXPECT_EQ(mine.status, 200);
    EXPECT_EQ(mine.content, made.content);
    EXPECT_EQ(mine.field("Cache-Control"), "no-store");
  }
  EXPECT_EQ(send(request("GET", "/api/x", bearer(token))).status, 200);
  EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "carol");
  EXPECT_EQ(upstream().last().field("X-Forwarded-Groups"), "") << "a stranger gives themselves no role";
}

TEST_F(Accounts, SignUpRefusesWhatIsTakenAndSaysNoMore) {
  ASSERT_EQ(sign_up(R"({"username":"dave","password":"wonder land","email":"dave@b.c"})").status, 201);
  for (const char* content :
       {R"({"username":"dave","password":"wonder land"})",
        R"({"username":"dave2","password":"wonder land","email":"dave@b.c"})",
        R"({"username":"alice","password":"wonder land"})", R"({"username":"reporting","password":"wonder land"})"}) {
    const Response taken = sign_up(content);
    EXPECT_EQ(taken.status, 409) << content;
    EXPECT_EQ(object_in(taken)["detail"], "the username or the email is taken");
    EXPECT_NE(taken.field("X-Request-Id"), "");
  }
  EXPECT_EQ(log_in("dave", "wonder+land").status, 200) << "the first one's password stands";
  EXPECT_EQ(log_in("alice", "correct+horse+battery+staple").status, 200);
}

TEST_F(Accounts, OfManyWhoWantOneNameOneGetsIt) {
  constexpr int many = 8;
  std::atomic<int> made = 0, taken = 0;
  {
    std::vector<std::jthread> strangers;
    for (int i = 0; i < many; ++i) {
      strangers.emplace_back([&] {
        const int status = sign_up(R"({"username":"erin","password":"wonder land"})").status;
        ++(status == 201 ? made : taken);
        EXPECT_TRUE(status == 201 || status == 409) << status;
      });
    }
  }
  EXPECT_EQ(made, 1);
  EXPECT_EQ(taken, many - 1);
}

TEST_F(Accounts, SignUpRefusesBadRequests) {
  struct Case {
    const char* name;
    std::string request;
    int status;
  };
  const std::string good = R"({"username":"frank","password":"wonder land"})";
  const Case cases[] = {
      {"GET", request("GET", "/users/"), 405},
      {"another type", request("POST", "/users/", "Content-Type: text/plain\r\n", good), 415},
      {"no JSON", request("POST", "/users/", "Content-Type: application/json\r\n", "{"), 400},
      {"a weak password",
       request("POST", "/users/", "Content-Type: application/json\r\n", R"({"username":"frank","password":"weak"})"),
       422},
      {"too much content",
       request("POST", "/users/", "Content-Type: application/json\r\n", good + std::string(16 * 1024, ' ')), 413},
      {"too much content, in chunks",
       request("POST", "/users/", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n") +
           chunk(good + std::string(16 * 1024, ' ')) + chunk(""),
       413}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = send(c.request);
    EXPECT_EQ(response.status, c.status);
    EXPECT_TRUE(response.field("Content-Type").starts_with("application/problem+json"));
    EXPECT_EQ(response.field("Allow"), c.status == 405 ? "POST" : "");
  }
  EXPECT_EQ(log_in("frank", "wonder+land").status, 400) << "nobody was made";
}

TEST_F(Accounts, MeRefusesAsEveryOtherPathDoes) {
  struct Case {
    const char* name;
    std::string fields;
  };
  const std::string good = bearer(site().token("alice"));
  const Case cases[] = {{"no token", ""},
                        {"a bad one", bearer("a.b.c")},
                        {"two", good + good},
                        {"a disabled user's", bearer(site().token("bob"))},
                        {"nobody's", bearer(site().token("mallory"))},
                        {"another scheme", "Authorization: Basic Og==\r\n"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response mine = me(c.fields), other = send(request("GET", "/api/x", c.fields));
    EXPECT_EQ(mine.status, other.status);
    EXPECT_EQ(mine.content, other.content);
    EXPECT_EQ(mine.field("WWW-Authenticate"), other.field("WWW-Authenticate"));
    EXPECT_NE(mine.field("X-Request-Id"), "");
  }
}

TEST_F(Accounts, MeIsForGetAndHead) {
  const std::string token = bearer(site().token("alice"));
  const Response got = me(token);
  ASSERT_EQ(got.status, 200);
  auto raw = client();
  ASSERT_TRUE(raw.send(request("HEAD", "/users/me", token)));
  const Response head = raw.read_response(/*to_head=*/true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), std::to_string(got.content.size()));
  for (const char* method : {"POST", "DELETE", "PATCH"}) {
    const Response refused = send(request(method, "/users/me", token));
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_EQ(refused.field("Allow"), "GET, HEAD");
    EXPECT_NE(refused.field("X-Request-Id"), "");
  }
}

TEST_F(Accounts, MeTellsOfAnAdminWithoutAnEmail) {
  const json::object root = object_in(me(bearer(site().token("root"))));
  EXPECT_EQ(root.at("roles"), json::array({"admin"}));
  EXPECT_TRUE(root.at("email").is_null());
}

class FastApiAccounts : public AccountsTest<FastApiAccounts> {
 public:
  static void configure(GatewayConfig& config) { config.set("endpoints", endpoints).set("compatibility", "fastapi"); }
  friend class AccountsTest<FastApiAccounts>;
};

TEST_F(FastApiAccounts, AnswersAsItsTutorialsDo) {
  const std::string alice = bearer(site().token("alice"));
  struct Case {
    const char* name;
    std::string request;
    int status;
    std::string detail;
    std::string challenge;
  };
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  const Case cases[] = {
      {"me without a token", request("GET", "/users/me"), 401, "Not authenticated", "Bearer"},
      {"me with a bad one", request("GET", "/users/me", bearer("a.b.c")), 401, "Could not validate credentials",
       "Bearer"},
      {"me of a user who is gone", request("GET", "/users/me", bearer(site().token("mallory"))), 401,
       "Could not validate credentials", "Bearer"},
      {"me of a disabled user", request("GET", "/users/me", bearer(site().token("bob"))), 400, "Inactive user", ""},
      {"a route without a token", request("GET", "/api/x"), 401, "Not authenticated", "Bearer"},
      {"me with another method", request("POST", "/users/me", alice), 405, "Method Not Allowed", ""},
      {"sign-up with another method", request("GET", "/users/"), 405, "Method Not Allowed", ""},
      {"a login with another method", request("GET", "/token"), 405, "Method Not Allowed", ""},
      {"no such path", request("GET", "/nowhere"), 404, "Not Found", ""},
      {"a wrong password", request("POST", "/token", form, "username=alice&password=wrong"), 401,
       "Incorrect username or password", "Bearer"},
      {"an unknown user", request("POST", "/api/v1/auth/login", form, "username=mallory&password=wrong"), 401,
       "Incorrect username or password", "Bearer"},
      {"a taken name", request("POST", "/users/", json, R"({"username":"alice","password":"wonder land"})"), 400,
       "Username already registered", ""},
      {"a taken email",
       request("POST", "/api/v1/auth/signUp", json,
               R"({"username":"gina","password":"wonder land","email":"alice@example.test"})"),
       400, "Email already registered", ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = send(c.request);
    EXPECT_EQ(response.status, c.status) << response.content;
    EXPECT_EQ(response.content, "{\"detail\":\"" + c.detail + "\"}");
    EXPECT_EQ(response.field("Content-Type"), "application/json");
    EXPECT_EQ(response.field("WWW-Authenticate"), c.challenge);
  }
}

TEST_F(FastApiAccounts, ListsWhatDoesNotFitTheModel) {
  struct Case {
    const char* name;
    Response response;
    const char* type;
    json::array location;
  };
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const Case cases[] = {
      {"a login without a password",
       send(request("POST", "/token", form, "username=alice")),
       "missing",
       {"body", "password"}},
      {"a login in JSON",
       send(request("POST", "/token", "Content-Type: application/json\r\n",
                    R"({"username":"alice","password":"wonder land"})")),
       "missing",
       {"body", "username"}},
      {"a sign-up without a name", sign_up(R"({"password":"wonder land"})"), "missing", {"body", "username"}},
      {"a sign-up that is no JSON", sign_up("{\"password\":\"wonder land\""), "json_invalid", {"body"}},
      {"a sign-up as a form",
       sign_up("username=a&password=wonder+land", "application/x-www-form-urlencoded"),
       "model_attributes_type",
       {"body"}},
      {"a short password",
       sign_up(R"({"username":"henry","password":"wonder"})"),
       "value_error",
       {"body", "password"}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(c.response.status, 422);
    const json::object body = object_in(c.response);
    ASSERT_TRUE(body.contains("detail") && body.at("detail").is_array()) << c.response.content;
    const json::value& first = body.at("detail").as_array().at(0);
    EXPECT_EQ(first.at("type").as_string(), c.type);
    EXPECT_EQ(first.at("loc"), c.location);
    EXPECT_EQ(c.response.content.find("wonder"), std::string::npos) << "a password is never sent back";
  }
}

TEST_F(FastApiAccounts, TakesFormsAsFrontEndsSendThem) {
  const auto part = [](const std::string& name, const std::string& value) {
    return "--Xb\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  };
  const std::string multipart =
      part("username", "alice") + part("password", std::string(Site::alice_password)) + "--Xb--\r\n";
  const std::string form = "username=alice&password=correct+horse+battery+staple";
  struct Case {
    const char* name;
    std::string fields, content;
  };
  const Case cases[] = {
      {"FormData", "Content-Type: multipart/form-data; boundary=Xb\r\n", multipart},
      {"FormData with an empty client",
       "Content-Type: multipart/form-data; boundary=\"Xb\"\r\n"
       "Authorization: Basic Og==\r\n",
       multipart},
      {"a charset", "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n", form},
      {"a line end after the form", "Content-Type: application/x-www-form-urlencoded\r\n", form + "\r\n"},
      {"a token that ran out", "Content-Type: application/x-www-form-urlencoded\r\nAuthorization: Bearer a.b.c\r\n",
       form}};
  for (const Case& c : cases) {
    for (const char* path : {"/token", "/api/v1/auth/login"}) {
      SCOPED_TRACE(std::string(c.name) + " at " + path);
      const Response response = send(request("POST", path, c.fields, c.content));
      ASSERT_EQ(response.status, 200) << response.content;
      const json::object body = object_in(response);
      EXPECT_EQ(body.at("token_type"), "bearer");
      EXPECT_EQ(body.at("username"), "alice");
      EXPECT_TRUE(body.at("expires_in").is_int64());
    }
  }
}

/// The stored hash of a user, as the file has it.
std::string hash_of(const std::string& file, const std::string& username) {
  sqlite3* database = nullptr;
  sqlite3_stmt* statement = nullptr;
  sqlite3_open(file.c_str(), &database);
  sqlite3_busy_timeout(database, 5000);
  const std::string sql = "SELECT password_hash FROM users WHERE username = '" + username + "'";
  std::string hash = "none";
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    hash = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  sqlite3_finalize(statement);
  sqlite3_close(database);
  return hash;
}

TEST_F(FastApiAccounts, LetsImportedUsersInAndStrengthensTheirHashes) {
  // bcrypt, cost 4, of "wonder land".
  const std::string bcrypt = "$2b$04$YCfklPaSzoWbwe70iggBqufonDfw472.Q3n.AEyCxPezFLOQ1.YPC";
  const TemporaryDirectory folder;
  const auto imported = site().gateway.run(
      {"user", "import",
       folder.write("users.csv", "username,hashed_password,is_active\nmia," + bcrypt + ",1\nned," + bcrypt + ",0\n")});
  ASSERT_EQ(imported.exit_code, 0) << imported.errors;
  const std::string file = (site().gateway.folder() / "users.db").string();
  EXPECT_EQ(log_in("mia", "Wonder+land").status, 401);
  EXPECT_EQ(hash_of(file, "mia"), bcrypt);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(log_in("mia", "wonder+land").status, 200);
    EXPECT_TRUE(hash_of(file, "mia").starts_with("$argon2id$")) << hash_of(file, "mia");
  }
  EXPECT_EQ(log_in("ned", "wonder+land").status, 401) << "disabled, and told no more";
  EXPECT_EQ(hash_of(file, "ned"), bcrypt);
}

// Each kind of tutorial that applications were written after has a test: what its clients send and read
// is played here to the letter.

TEST_F(FastApiAccounts, ServesTheClientsOfATutorialWithSqlalchemy) {
  const Response made = sign_up(R"({"username": "ivan", "password": "secret-of-ivan"})");
  ASSERT_EQ(made.status, 200) << made.content;
  EXPECT_EQ(object_in(made).at("username"), "ivan");
  EXPECT_EQ(object_in(made).at("is_active"), true);
  const Response token = log_in("ivan", "secret-of-ivan");
  ASSERT_EQ(token.status, 200);
  const Response mine = send(request("GET", "/users/me/", bearer(token_of(token))));
  EXPECT_EQ(mine.status, 200);
  EXPECT_EQ(object_in(mine).at("username"), "ivan");
  EXPECT_EQ(object_in(mine).at("is_active"), true);
}

TEST_F(FastApiAccounts, ServesTheFrontEndOfATutorialWithFetch) {
  const Response made = send(request("POST", "/api/v1/auth/signUp", "Content-Type: application/json\r\n",
                                     R"({"username":"judy","email":"judy@b.c","password":"secret-of-judy"})"));
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(object_in(made).at("message"), "User successfully signed up");
  const Response logged_in =
      send(request("POST", "/api/v1/auth/login", "Content-Type: application/x-www-form-urlencoded;charset=UTF-8\r\n",
                   "username=judy&password=secret-of-judy"));
  const json::object body = object_in(logged_in);
  ASSERT_EQ(logged_in.status, 200);
  EXPECT_EQ(body.at("expires_in"), 1800);
  EXPECT_EQ(body.at("username"), "judy");
  EXPECT_EQ(send(request("GET", "/api/v1/protected-route", bearer(token_of(logged_in)))).status, 200);
  EXPECT_EQ(send(request("GET", "/api/v1/protected-route", "Authorization: Bearer null\r\n")).status, 401)
      << "what a front end sends after its log-out, and takes for the end of the session";
}

TEST_F(FastApiAccounts, ServesTheClientsOfATutorialWithPydantic) {
  const Response made = sign_up(R"({"username":"kim","email":"kim@b.c","full_name":"Kim K","password":"secret-of-kim",)"
                                R"("hashed_password":"","disabled":false})");
  EXPECT_EQ(made.status, 200) << made.content;
  const Response mine = me(bearer(token_of(log_in("kim", "secret-of-kim"))));
  EXPECT_EQ(object_in(mine).at("full_name"), "Kim K");
  EXPECT_EQ(object_in(mine).at("disabled"), false);
  EXPECT_FALSE(object_in(mine).contains("hashed_password")) << "not copied";
}

TEST_F(FastApiAccounts, ServesTheClientsOfATutorialWithJose) {
  const Response token = send(request("POST", "/token", "Content-Type: application/x-www-form-urlencoded\r\n",
                                      "grant_type=&username=alice&password=correct+horse+battery+staple&scope="
                                      "&client_id=&client_secret="));
  ASSERT_EQ(token.status, 200) << token.content;
  EXPECT_EQ(object_in(token).at("token_type"), "bearer");
  EXPECT_EQ(me(bearer(token_of(token))).status, 200);
}

class SignUpOff : public AccountsTest<SignUpOff> {
 public:
  static void configure(GatewayConfig&) {}
  friend class AccountsTest<SignUpOff>;
};

TEST_F(SignUpOff, IsAPathLikeAnyOther) {
  EXPECT_EQ(sign_up(R"({"username":"laura","password":"wonder land"})").status, 404);
}

}  // namespace
}  // namespace bearward::testing
