#include "admin/admin_handler.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "store/loop.h"
#include "support/made_request.h"
#include "support/test_user_store.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;

using testing::MadeRequest;
using testing::own_field;

const MadeRequest::FieldLines json_content{{"Content-Type", "application/json"}};

class AdminHandlerTest : public ::testing::Test {
 protected:
  AdminHandlerTest() { users.put("alice", "$2b$12$a-hash-that-nobody-may-see"); }

  Task<bool> record_announcement(std::string username) {
    // By the time of the announcement the store has the new state: nodes read it when they hear of it.
    announced.push_back(username + (users.look_up(username)->user->disabled ? " disabled" : " enabled"));
    co_return redis_answers;
  }
  Task<ReloadResult> give_reload_result() {
    ++reloads;
    co_return reload_result;
  }

  static std::optional<std::string> find_decision(std::string_view id) {
    if (id != "an id/of a proxy") return std::nullopt;
    return R"({"reason":"roles"})";
  }

  http::Response call(MadeRequest& request) { return loop.run(handler.handle(request.request())); }
  http::Response call(std::string method, std::string path, MadeRequest::FieldLines lines = {},
                      std::string content = {}) {
    MadeRequest request(std::move(method), std::move(path), std::move(lines), std::move(content));
    return call(request);
  }
  http::Response patch(std::string path, std::string content) {
    return call("PATCH", std::move(path), json_content, std::move(content));
  }
  bool alice_is_disabled() { return users.look_up("alice")->user->disabled; }

  testing::Loop loop;
  testing::TestUserStore users;
  async::BlockingPool pool{1, 4};
  std::vector<std::string> announced;
  bool redis_answers = true;
  int reloads = 0;
  ReloadResult reload_result{.ok = true, .generation = 7, .findings = {}};
  std::vector<ReadinessCheck> checks{{"serving", true, ""}};
  AdminHandler handler{{.users = users,
                        .store_pool = pool,
                        .announce = [this](std::string name) { return record_announcement(std::move(name)); },
                        .reload = [this] { return give_reload_result(); },
                        .last_reload = [this] { return reload_result; },
                        .readiness = [this] { return checks; },
                        .find_decision = &find_decision}};
};

TEST_F(AdminHandlerTest, TellsWhyARequestWasRefused) {
  const http::Response found = call("GET", "/v1/decisions/an%20id%2Fof%20a%20proxy");
  EXPECT_EQ(found.status, 200);
  EXPECT_EQ(found.body, R"({"reason":"roles"})");
  EXPECT_EQ(own_field(found, "Cache-Control"), "no-store");
  EXPECT_EQ(call("GET", "/v1/decisions/another").status, 404);
  EXPECT_EQ(call("GET", "/v1/decisions/%FF").status, 404);
  EXPECT_EQ(call("GET", "/v1/decisions/").status, 404);
  EXPECT_EQ(call("DELETE", "/v1/decisions/another").status, 405);
  EXPECT_EQ(call("GET", "/v1/decisions/another", {{"Origin", "http://evil.test"}}).status, 403);
}

TEST_F(AdminHandlerTest, LivesWhateverIsDown) {
  users.failing = true;
  checks = {{"serving", false, "draining"}};
  for (const char* method : {"GET", "HEAD"}) EXPECT_EQ(call(method, "/healthz").status, 200);
  EXPECT_EQ(call("GET", "/healthz").body, R"({"status":"ok"})");
}

TEST_F(AdminHandlerTest, IsReadyWhenEveryCheckIsGood) {
  EXPECT_EQ(call("GET", "/readyz").status, 200);
  EXPECT_EQ(call("HEAD", "/readyz").status, 200);
  EXPECT_EQ(call("GET", "/readyz").body,
            R"({"status":"ready","checks":[{"name":"serving","ok":true},{"name":"user_store","ok":true}]})");

  checks = {{"serving", false, "draining"}};
  const http::Response draining = call("GET", "/readyz");
  EXPECT_EQ(draining.status, 503);
  EXPECT_EQ(draining.body, R"({"status":"not ready","checks":[{"name":"serving","ok":false,"detail":"draining"},)"
                           R"({"name":"user_store","ok":true}]})");

  checks = {};
  users.failing = true;
  EXPECT_EQ(call("GET", "/readyz").body,
            R"({"status":"not ready","checks":[{"name":"user_store","ok":false,"detail":"cannot be read"}]})");
}

TEST_F(AdminHandlerTest, AnswersProbesUnderAnyName) {
  MadeRequest request("GET", "/readyz");
  request.head.authority.host = "bearward.cluster.example";
  EXPECT_EQ(call(request).status, 200);
}

TEST_F(AdminHandlerTest, Reloads) {
  reload_result.findings = {"gateway.yaml:3:1: warning: this and that"};
  const http::Response good = call("POST", "/v1/reload");
  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(good.body, R"({"generation":7,"findings":["gateway.yaml:3:1: warning: this and that"]})");

  reload_result = {.ok = false, .generation = 7, .findings = {"gateway.yaml:4:2: error: found \"x\", expected y"}};
  const http::Response bad = call("POST", "/v1/reload");
  EXPECT_EQ(bad.status, 422);
  EXPECT_EQ(own_field(bad, "Content-Type"), "application/problem+json");
  const json::value body = json::parse(bad.body);
  EXPECT_EQ(body.at("status"), 422);
  EXPECT_EQ(body.at("generation"), 7);
  EXPECT_EQ(body.at("findings").as_array().at(0), "gateway.yaml:4:2: error: found \"x\", expected y");
  EXPECT_EQ(reloads, 2);
}

TEST_F(AdminHandlerTest, ShowsWhatBecameOfTheLastReload) {
  reload_result = {.ok = false, .generation = 7, .findings = {"gateway.yaml:4:2: error: found \"x\", expected y"}};
  const http::Response shown = call("GET", "/v1/reload");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body,
            R"({"ok":false,"generation":7,"findings":["gateway.yaml:4:2: error: found \"x\", expected y"]})");
  EXPECT_EQ(reloads, 0);
}

TEST_F(AdminHandlerTest, ShowsAUserAndNeverTheHash) {
  const http::Response response = call("GET", "/v1/users/alice");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body,
            R"({"username":"alice","email":null,"full_name":null,"roles":[],"disabled":false,"version":1})");
  EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");
  EXPECT_EQ(call("HEAD", "/v1/users/alice").status, 200);
  const http::Response changed = patch("/v1/users/alice", R"({"disabled":true})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body.find("nobody-may-see"), std::string::npos);
}

TEST_F(AdminHandlerTest, DecodesTheNameInThePath) {
  users.put("a b+c\xC3\xBC", "");
  EXPECT_EQ(json::parse(call("GET", "/v1/users/a%20b+c%C3%BC").body).at("username"), "a b+c\xC3\xBC");
  EXPECT_EQ(call("GET", "/v1/users/a%FF").status, 400);
  EXPECT_EQ(call("GET", "/v1/users/a%2").status, 400);
}

TEST_F(AdminHandlerTest, AnswersAChangeAfterItWasAnnounced) {
  const http::Response response = patch("/v1/users/alice", R"({"disabled":true,"roles":["ops"]})");
  EXPECT_EQ(response.status, 200);
  const json::value body = json::parse(response.body);
  EXPECT_EQ(body.at("disabled"), true);
  EXPECT_EQ(body.at("roles"), json::array{"ops"});
  EXPECT_EQ(body.at("announced"), true);
  EXPECT_EQ(announced, (std::vector<std::string>{"alice disabled"}));

  redis_answers = false;
  const http::Response unheard = patch("/v1/users/alice", R"({"disabled":false})");
  EXPECT_EQ(unheard.status, 200);
  EXPECT_EQ(json::parse(unheard.body).at("announced"), false);
}

TEST_F(AdminHandlerTest, AnnouncesAgainWhatIsAskedAgain) {
  redis_answers = false;
  patch("/v1/users/alice", R"({"disabled":true})");
  redis_answers = true;
  EXPECT_EQ(json::parse(patch("/v1/users/alice", R"({"disabled":true})").body).at("announced"), true);
  EXPECT_EQ(announced.size(), 2U);
}

TEST_F(AdminHandlerTest, ChangesNothingWhenItRefuses) {
  store::StoredUser bob;
  bob.user.username = "bob";
  bob.user.email = "bob@example.org";
  ASSERT_TRUE(users.add(bob).has_value());
  struct Case {
    const char* name;
    const char* path;
    MadeRequest::FieldLines lines;
    std::string content;
    int status;
  };
  const Case cases[] = {
      {"an unknown member", "/v1/users/alice", json_content, R"({"disabled":true,"x":1})", 422},
      {"no JSON", "/v1/users/alice", json_content, "disabled", 400},
      {"a form, which a page could send",
       "/v1/users/alice",
       {{"Content-Type", "text/plain"}},
       R"({"disabled":true})",
       415},
      {"no type", "/v1/users/alice", {}, R"({"disabled":true})", 415},
      {"too much", "/v1/users/alice", json_content,
       R"({"disabled":true,"full_name":")" + std::string(65536, 'x') + "\"}", 413},
      {"somebody else's email", "/v1/users/alice", json_content, R"({"disabled":true,"email":"bob@example.org"})", 409},
      {"no such user", "/v1/users/eve", json_content, R"({"disabled":true})", 404},
      {"a page of another origin",
       "/v1/users/alice",
       {{"Content-Type", "application/json"}, {"Origin", "https://evil.example"}},
       R"({"disabled":true})",
       403}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = call("PATCH", c.path, c.lines, c.content);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(own_field(response, "Content-Type"), "application/problem+json");
    EXPECT_FALSE(alice_is_disabled());
    EXPECT_TRUE(announced.empty());
  }
}

TEST_F(AdminHandlerTest, ChangesNothingForContentThatIsCutShort) {
  MadeRequest request("PATCH", "/v1/users/alice", json_content);
  request.content = testing::MadeContent({R"({"disabled":true})"}, asio::error::eof);
  EXPECT_EQ(call(request).status, 400);
  EXPECT_FALSE(alice_is_disabled());
}

TEST_F(AdminHandlerTest, SaysWhenTheStoreCannotBeUsed) {
  users.failing = true;
  for (const http::Response& response :
       {call("GET", "/v1/users/alice"), patch("/v1/users/alice", R"({"disabled":true})")}) {
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(own_field(response, "Retry-After"), "1");
  }
  EXPECT_TRUE(announced.empty());
}

TEST_F(AdminHandlerTest, RefusesAtOnceWhatThePoolCannotTake) {
  async::BlockingPool full(1, 0);
  AdminHandler busy(
      {.users = users, .store_pool = full, .announce = {}, .reload = {}, .last_reload = {}, .readiness = [] {
         return std::vector<ReadinessCheck>{};
       }});
  MadeRequest show("GET", "/v1/users/alice");
  EXPECT_EQ(loop.run(busy.handle(show.request())).status, 503);
  MadeRequest change("PATCH", "/v1/users/alice", json_content, R"({"disabled":true})");
  EXPECT_EQ(loop.run(busy.handle(change.request())).status, 503);
  MadeRequest ready("GET", "/readyz");
  EXPECT_EQ(loop.run(busy.handle(ready.request())).status, 503);
}

TEST_F(AdminHandlerTest, RefusesOtherPathsAndMethods) {
  struct Case {
    const char* method;
    const char* path;
    int status;
    const char* allow;
  };
  const Case cases[] = {{"GET", "/", 404, ""},
                        {"GET", "/metricsx", 404, ""},
                        {"GET", "/v1", 404, ""},
                        {"GET", "/v1/users", 404, ""},
                        {"GET", "/v1/users/", 404, ""},
                        {"GET", "/v1/users/alice/", 404, ""},
                        {"GET", "/v1/users/alice/roles", 404, ""},
                        {"GET", "/healthz/", 404, ""},
                        {"OPTIONS", "*", 404, ""},
                        {"POST", "/healthz", 405, "GET, HEAD"},
                        {"DELETE", "/readyz", 405, "GET, HEAD"},
                        {"DELETE", "/v1/reload", 405, "GET, HEAD, POST"},
                        {"OPTIONS", "/v1/reload", 405, "GET, HEAD, POST"},
                        {"POST", "/v1/config", 405, "GET, HEAD"},
                        {"GET", "/v1/config/", 404, ""},
                        {"DELETE", "/v1/users/alice", 405, "GET, HEAD, PATCH"},
                        {"POST", "/v1/users/alice", 405, "GET, HEAD, PATCH"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.method) + " " + c.path);
    const http::Response response = call(c.method, c.path);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(own_field(response, "Allow"), c.allow);
  }
  EXPECT_EQ(reloads, 0);
}

TEST_F(AdminHandlerTest, KeepsPagesAwayFromEveryCall) {
  for (const char* path : {"/v1/users/alice", "/v1/reload", "/v1/config", "/v1/anything"}) {
    SCOPED_TRACE(path);
    MadeRequest rebound("GET", path);
    rebound.head.authority.host = "evil.example";
    EXPECT_EQ(call(rebound).status, 403);
    EXPECT_EQ(call("POST", path, {{"Origin", "null"}}).status, 403);
  }
  EXPECT_EQ(reloads, 0);
}

}  // namespace
}  // namespace bearward::admin
