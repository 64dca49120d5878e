#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <stdexcept>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

namespace json = boost::json;

constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded\r\n";
constexpr std::string_view alice_form = "username=alice&password=correct+horse+battery+staple";

/// Writes to the user table behind the gateway's back, as an administrator with sqlite3 would.
void execute(const std::string& file, const std::string& sql) {
  sqlite3* database = nullptr;
  const bool ok = sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
                  sqlite3_busy_timeout(database, 5000) == SQLITE_OK &&
                  sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  const std::string message = database == nullptr ? "no memory" : sqlite3_errmsg(database);
  sqlite3_close(database);
  if (!ok) throw std::runtime_error(message);
}

template <class Suite>
class TokenEndpointTest : public SharedSiteTest<Suite> {
 protected:
  static Response ask(std::string_view form, std::string_view fields = "", std::string_view path = "/token") {
    return Suite::send(request("POST", path, std::string(form_type) + std::string(fields), form));
  }
  static json::object object_in(const Response& response) {
    boost::system::error_code error;
    const json::value value = json::parse(response.content, error);
    return value.is_object() ? value.get_object() : json::object{};
  }
  static std::string text_in(const Response& response, std::string_view member) {
    const json::object object = object_in(response);
    const json::value* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
  }
};

class TokenEndpoint : public TokenEndpointTest<TokenEndpoint> {
 public:
  static void configure(GatewayConfig&) {}
  friend class TokenEndpointTest<TokenEndpoint>;

 protected:
  static void expect_error(const Response& response, int status, const std::string& error) {
    EXPECT_EQ(response.status, status) << response.content;
    EXPECT_EQ(text_in(response, "error"), error);
    EXPECT_TRUE(response.field("Content-Type").starts_with("application/json"));
    EXPECT_EQ(response.field("Cache-Control"), "no-store");
    EXPECT_EQ(response.content.find("staple"), std::string::npos);
  }
};

TEST_F(TokenEndpoint, GivesATokenThatOpensTheDoor) {
  for (const char* path : {"/token", "/api/v1/auth/login"}) {
    SCOPED_TRACE(path);
    const Response response = ask("grant_type=password&" + std::string(alice_form), "", path);
    ASSERT_EQ(response.status, 200) << response.content;
    EXPECT_TRUE(response.field("Content-Type").starts_with("application/json"));
    EXPECT_EQ(response.field("Cache-Control"), "no-store");
    const json::object body = object_in(response);
    EXPECT_EQ(text_in(response, "token_type"), "bearer");
    EXPECT_EQ(text_in(response, "username"), "alice");
    EXPECT_EQ(body.at("expires_in").to_number<int>(), 1800);
    EXPECT_EQ(send(request("GET", "/api/x", bearer(text_in(response, "access_token")))).status, 200);
    EXPECT_EQ(upstream().last().field("X-Forwarded-User"), "alice");
  }
}

TEST_F(TokenEndpoint, TakesFormsAsTheyAreSent) {
  struct Case {
    const char* name;
    std::string form;
    std::string fields;
  };
  const Case cases[] = {
      {"without a grant_type, as FastAPI allows", std::string(alice_form), ""},
      {"spaces as %20", "username=alice&password=correct%20horse%20battery%20staple", ""},
      {"letters that need no escape", "username=%61lice&password=correct+horse+battery+stapl%65", ""},
      {"an empty scope", std::string(alice_form) + "&scope=", ""},
      {"what Swagger UI sends",
       "grant_type=password&" + std::string(alice_form) + "&scope=&client_id=&client_secret=", ""},
      {"the empty client of Swagger UI", std::string(alice_form), "Authorization: Basic Og==\r\n"},
      {"parameters nobody knows", std::string(alice_form) + "&remember=1", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(ask(c.form, c.fields).status, 200);
  }
  const Response charset =
      send(request("POST", "/token", "Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\n", alice_form));
  EXPECT_EQ(charset.status, 200);
  const Response chunked = send(request("POST", "/token", std::string(form_type) + "Transfer-Encoding: chunked\r\n") +
                                chunk(alice_form.substr(0, 10)) + chunk(alice_form.substr(10)) + chunk(""));
  EXPECT_EQ(chunked.status, 200);
}

TEST_F(TokenEndpoint, AnswersEveryFailedLoginAlike) {
  struct Case {
    const char* name;
    std::string form;
  };
  const Case cases[] = {
      {"a wrong password", "username=alice&password=wrong-password"},
      {"nobody's name", "username=nobody&password=wrong-password"},
      {"a disabled user with the right password", "username=bob&password=builder-of-things"},
      {"a disabled user with a wrong one", "username=bob&password=wrong-password"},
      {"the name in another case", "username=Alice&password=correct+horse+battery+staple"},
      {"a password that begins right", "username=alice&password=correct+horse+battery+stapl"},
      {"a password that goes on", "username=alice&password=correct+horse+battery+staple+"},
      {"a NUL and more", "username=alice&password=correct+horse+battery+staple%00x"},
      {"a long password", "username=alice&password=" + std::string(5000, 'x')},
  };
  std::string first;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = ask(c.form);
    expect_error(response, 400, "invalid_grant");
    EXPECT_EQ(text_in(response, "error_description"), "Incorrect username or password");
    if (first.empty()) first = response.content;
    EXPECT_EQ(response.content, first);
  }
}

TEST_F(TokenEndpoint, SaysWhatIsWrongWithARequest) {
  struct Case {
    const char* name;
    std::string form;
    const char* error;
  };
  const Case cases[] = {
      {"nothing", "grant_type=password", "invalid_request"},
      {"no password", "username=alice", "invalid_request"},
      {"no username", "password=x", "invalid_request"},
      {"an empty username", "username=&password=x", "invalid_request"},
      {"a name twice", "username=alice&username=root&password=x", "invalid_request"},
      {"a password twice", std::string(alice_form) + "&password=x", "invalid_request"},
      {"a broken escape", "username=alice&password=%zz", "invalid_request"},
      {"half an escape", "username=alice&password=%4", "invalid_request"},
      {"not UTF-8", "username=al%ffce&password=x", "invalid_request"},
      {"another grant", "grant_type=authorization_code&code=x", "unsupported_grant_type"},
      {"a grant of a later version", "grant_type=magic", "unsupported_grant_type"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    expect_error(ask(c.form), 400, c.error);
  }
}

TEST_F(TokenEndpoint, WantsAFormInAPost) {
  const Response get = send(request("GET", "/token"));
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.field("Allow"), "POST");
  const Response json =
      send(request("POST", "/token", "Content-Type: application/json\r\n", R"({"username":"alice"})"));
  EXPECT_TRUE(json.status == 400 || json.status == 415) << json.status;
  const Response query = send(request("POST", "/token?" + std::string(alice_form), form_type, "grant_type=password"));
  EXPECT_EQ(query.status, 400) << "a password in a URL ends up in logs";
  RawClient large = client();
  large.send(request("POST", "/token", std::string(form_type), std::string(200'000, 'x')));
  EXPECT_EQ(large.read_response().status, 413);
  EXPECT_EQ(upstream().received_bytes(), 0) << "the gateway's own endpoint is never forwarded";
}

TEST_F(TokenEndpoint, RefusesAClientThatItDoesNotKnow) {
  const Response response = ask(alice_form, "Authorization: Basic c3BhOnNlY3JldA==\r\n");
  expect_error(response, 401, "invalid_client");
  EXPECT_TRUE(response.field("WWW-Authenticate").starts_with("Basic"));
}

TEST_F(TokenEndpoint, VerifiesTheHashesOfOldUserTables) {
  // Of "an old password", made with crypt(3) and libargon2 from Python.
  const char* const hashes[] = {
      "$2b$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
      "$2a$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
      "$2y$06$abcdefghijklmnopqrstuuR3XoPQoRkPjiOHfTYJ.YKPReFWfLxsW",
      "$argon2id$v=19$m=8192,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$+iX/okrmzNWHUnUkrl4rI4Q4euxxG4xBTZnCGV2mtbE",
  };
  const std::string file = site().gateway.folder() / "users.db";
  site().gateway.add_user("carol", "something else entirely");
  for (const char* hash : hashes) {
    SCOPED_TRACE(hash);
    execute(file, "UPDATE users SET password_hash = '" + std::string(hash) + "' WHERE username = 'carol'");
    EXPECT_EQ(ask("username=carol&password=an+old+password").status, 200);
    expect_error(ask("username=carol&password=an+old+passwort"), 400, "invalid_grant");
  }
  execute(file, "UPDATE users SET password_hash = '' WHERE username = 'carol'");
  expect_error(ask("username=carol&password="), 400, "invalid_request");
  expect_error(ask("username=carol&password=an+old+password"), 400, "invalid_grant");
}

TEST_F(TokenEndpoint, ServesManyLoginsAtOnce) {
  std::vector<RawClient> connections;
  for (int i = 0; i < 24; ++i) {
    connections.push_back(client());
    connections.back().send(request("POST", "/token", form_type, alice_form));
  }
  // Hashing blocks no request beside it.
  EXPECT_EQ(send(request("GET", "/public/x")).status, 200);
  for (RawClient& each : connections) EXPECT_EQ(each.read_response().status, 200);
}

class FastApiTokenEndpoint : public TokenEndpointTest<FastApiTokenEndpoint> {
 public:
  static void configure(GatewayConfig& config) { config.set("compatibility", "fastapi"); }
  friend class TokenEndpointTest<FastApiTokenEndpoint>;
};

TEST_F(FastApiTokenEndpoint, AnswersAsTheTutorialDoes) {
  const Response good = ask(alice_form);
  ASSERT_EQ(good.status, 200);
  EXPECT_EQ(text_in(good, "token_type"), "bearer");
  const Response wrong = ask("username=alice&password=wrong");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.content, R"({"detail":"Incorrect username or password"})");
  EXPECT_EQ(wrong.field("WWW-Authenticate"), "Bearer");
  const Response missing = ask("username=alice");
  EXPECT_EQ(missing.status, 422);
  EXPECT_TRUE(object_in(missing).at("detail").is_array());

  const Response no_token = send(request("GET", "/api/x"));
  EXPECT_EQ(no_token.status, 401);
  EXPECT_EQ(no_token.content, R"({"detail":"Not authenticated"})");
  EXPECT_EQ(no_token.field("WWW-Authenticate"), "Bearer");
  const Response bad = send(request("GET", "/api/x", bearer("rubbish")));
  EXPECT_EQ(bad.status, 401);
  EXPECT_EQ(bad.content, R"({"detail":"Could not validate credentials"})");
  const Response inactive = get_as("bob", "/api/x");
  EXPECT_EQ(inactive.status, 400);
  EXPECT_EQ(inactive.content, R"({"detail":"Inactive user"})");
  EXPECT_EQ(upstream().received_bytes(), 0);
}

}  // namespace
}  // namespace bearward::testing
