#include "endpoint/token_endpoint.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "crypto/crypt_hash.h"
#include "store/loop.h"
#include "store/sqlite/sqlite_refresh_store.h"
#include "support/made_request.h"
#include "support/test_user_store.h"
#include "token/access_token.h"

namespace bearward::endpoint {
namespace {

using namespace std::chrono_literals;
using config::Compatibility;
using testing::MadeRequest;
using testing::own_field;

std::shared_ptr<snapshot::Snapshot> make_snapshot(Compatibility compatibility) {
  const auto snapshot = std::make_shared<snapshot::Snapshot>();
  config::Tokens& tokens = snapshot->config.tokens;
  tokens.issuer = "https://gateway.test";
  tokens.access_ttl = 10min;
  config::SigningKey key;
  key.kid = "k1";
  key.algorithm = "HS256";
  key.secret = Secret(std::string(32, 's'));
  tokens.signing_keys.push_back(std::move(key));
  config::Diagnostics diagnostics;
  snapshot->keys = token::build_key_set(tokens, diagnostics);
  snapshot->token_issuer = std::make_shared<token::TokenIssuer>(snapshot->keys, tokens);
  snapshot->config.compatibility = compatibility;
  snapshot->config.users.password_hash = config::PasswordHash::bcrypt;
  return snapshot;
}

class TokenEndpointTest : public ::testing::Test {
 protected:
  TokenEndpointTest() {
    const std::string hash = crypto::crypt_password("wonder land", crypto::new_bcrypt_setting(4)).value();
    users.put("alice", hash);
    users.put("bob", hash, /*disabled=*/true);
  }

  http::Response answer(MadeRequest& request, const std::shared_ptr<const snapshot::Snapshot>& snapshot) {
    return loop.run(endpoint.handle(request.request(), snapshot));
  }
  http::Response post(std::string content, MadeRequest::FieldLines lines = {}) {
    lines.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    MadeRequest request("POST", "/token", std::move(lines), std::move(content));
    return answer(request, snapshot);
  }
  std::string error_of(const http::Response& response) {
    return std::string(boost::json::parse(response.body).at("error").as_string());
  }

  testing::Loop loop;
  testing::TestUserStore users;
  async::BlockingPool pool{1, 4};
  std::unique_ptr<store::SqliteRefreshStore> refresh = std::move(store::SqliteRefreshStore::open(users.path()).value());
  limit::LimitTable budgets;
  limit::LoginProtection logins{budgets};
  TokenEndpoint endpoint{users, *refresh, {pool, pool, pool}, logins};
  std::shared_ptr<snapshot::Snapshot> snapshot = make_snapshot(Compatibility::rfc6749);
};

TEST_F(TokenEndpointTest, GivesATokenThatVerifies) {
  const http::Response response = post("username=alice&password=wonder+land&client_id=spa&scope=");
  ASSERT_EQ(response.status, 200) << response.body;
  const boost::json::value body = boost::json::parse(response.body);
  EXPECT_EQ(body.at("token_type"), "bearer");
  EXPECT_EQ(body.at("expires_in"), 600);
  EXPECT_EQ(body.at("username"), "alice");
  EXPECT_EQ(body.at("scope"), "");
  EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");

  const auto claims = token::AccessTokenVerifier{snapshot->keys}.verify(
      std::string_view(body.at("access_token").as_string()), unix_now());
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ((*claims)->subject, "alice");
  EXPECT_EQ((*claims)->client_id, "") << "an unproven client must not reach upstreams";
  EXPECT_TRUE((*claims)->scopes.empty());
  const std::string token(body.at("refresh_token").as_string());
  EXPECT_EQ((*claims)->all.at("sid").as_string(), refresh->find(token).value()->family.id);
}

TEST_F(TokenEndpointTest, RefusesAsRfc6749HasIt) {
  struct Case {
    const char* name;
    const char* content;
    MadeRequest::FieldLines lines;
    int status;
    const char* error;
  };
  const Case cases[] = {
      {"a wrong password", "username=alice&password=x", {}, 400, "invalid_grant"},
      {"an unknown user", "username=eve&password=wonder+land", {}, 400, "invalid_grant"},
      {"a disabled user", "username=bob&password=wonder+land", {}, 400, "invalid_grant"},
      {"no password", "username=alice", {}, 400, "invalid_request"},
      {"no user name", "password=x", {}, 400, "invalid_request"},
      {"nothing", "", {}, 400, "invalid_request"},
      {"a malformed form", "username=alice&password=%", {}, 400, "invalid_request"},
      {"a parameter twice", "username=alice&username=bob&password=x", {}, 400, "invalid_request"},
      {"no refresh token", "grant_type=refresh_token", {}, 400, "invalid_request"},
      {"a refresh token that is none", "grant_type=refresh_token&refresh_token=x", {}, 400, "invalid_grant"},
      {"a client of nobody's", "grant_type=client_credentials", {}, 401, "invalid_client"},
      {"implicit", "grant_type=implicit", {}, 400, "unsupported_grant_type"},
      {"a scope", "username=alice&password=wonder+land&scope=admin", {}, 400, "invalid_scope"},
      {"a scope with a wrong password", "username=alice&password=x&scope=admin", {}, 400, "invalid_grant"},
      {"a client with a secret",
       "username=alice&password=wonder+land&client_id=a&client_secret=b",
       {},
       401,
       "invalid_client"},
      {"a client by Basic",
       "username=alice&password=wonder+land",
       {{"Authorization", "Basic YTpi"}},
       401,
       "invalid_client"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = post(c.content, c.lines);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(error_of(response), c.error);
    EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");
  }
}

TEST_F(TokenEndpointTest, AnswersTheSameToAnyFailedLogin) {
  const http::Response wrong = post("username=alice&password=x");
  for (const char* content :
       {"username=eve&password=x", "username=bob&password=x", "username=bob&password=wonder+land"}) {
    SCOPED_TRACE(content);
    const http::Response other = post(content);
    EXPECT_EQ(other.status, wrong.status);
    EXPECT_EQ(other.body, wrong.body);
    EXPECT_EQ(other.own_fields, wrong.own_fields);
  }
}

TEST_F(TokenEndpointTest, TakesWhatFrontEndsOfFastApiSend) {
  snapshot = make_snapshot(Compatibility::fastapi);
  struct Case {
    const char* name;
    const char* content;
    MadeRequest::FieldLines lines;
    int status;
  };
  const Case cases[] = {
      {"Swagger UI", "grant_type=password&username=alice&password=wonder+land", {{"Authorization", "Basic Og=="}}, 200},
      {"Swagger UI's form",
       "username=alice&password=wonder+land&scope=&client_id=string&client_secret=string",
       {},
       200},
      {"a token of old", "username=alice&password=wonder+land", {{"Authorization", "Bearer a.b.c"}}, 200},
      {"scopes", "username=alice&password=wonder+land&scope=me+items", {}, 200},
      {"a wrong password", "username=alice&password=x", {}, 401},
      {"a disabled user", "username=bob&password=wonder+land", {}, 401},
      {"no password", "username=alice", {}, 422},
      {"another grant", "grant_type=refresh_token&username=alice&password=x", {}, 422}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = post(c.content, c.lines);
    EXPECT_EQ(response.status, c.status) << response.body;
    EXPECT_EQ(own_field(response, "WWW-Authenticate"), c.status == 401 ? "Bearer" : "");
  }
  EXPECT_EQ(boost::json::parse(post("username=alice&password=wonder+land&scope=me").body).at("scope"), "")
      << "asked for a scope and given none";
}

TEST_F(TokenEndpointTest, TakesPostAlone) {
  for (const char* method : {"GET", "HEAD", "PUT", "OPTIONS", "post"}) {
    SCOPED_TRACE(method);
    MadeRequest request(method, "/token");
    const http::Response response = answer(request, snapshot);
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(own_field(response, "Allow"), "POST");
    EXPECT_EQ(own_field(response, "Content-Type"), "application/problem+json");
  }
}

TEST_F(TokenEndpointTest, BoundsTheContent) {
  const http::Response response = post("username=alice&password=" + std::string(64 * 1024, 'x'));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(error_of(response), "invalid_request");
  EXPECT_TRUE(users.calls.empty());
}

TEST_F(TokenEndpointTest, GrantsNothingForContentThatIsCutShort) {
  MadeRequest request("POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}});
  request.content = testing::MadeContent({"username=alice&password=wonder+land"}, asio::error::eof);
  EXPECT_EQ(answer(request, snapshot).status, 400);
  EXPECT_TRUE(users.calls.empty());
}

TEST_F(TokenEndpointTest, AsksToTryAgainWhenTooManyWait) {
  async::BlockingPool full(1, 0);
  TokenEndpoint endpoints[] = {{users, *refresh, {pool, full, pool}, logins},
                               {users, *refresh, {pool, pool, full}, logins}};
  for (TokenEndpoint& busy : endpoints) {
    MadeRequest request("POST", "/token", {{"Content-Type", "application/x-www-form-urlencoded"}},
                        "username=alice&password=wonder+land");
    const http::Response response = loop.run(busy.handle(request.request(), snapshot));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(own_field(response, "Retry-After"), "1");
    EXPECT_EQ(error_of(response), "temporarily_unavailable");
  }
}

TEST_F(TokenEndpointTest, AsksToTryAgainWhileTheStoreFails) {
  users.failing = true;
  const http::Response response = post("username=alice&password=wonder+land");
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(own_field(response, "Retry-After"), "1");
  EXPECT_EQ(error_of(response), "temporarily_unavailable");
}

TEST_F(TokenEndpointTest, GivesNoTokenWithoutASigningKey) {
  snapshot->token_issuer = nullptr;
  EXPECT_EQ(post("username=alice&password=wonder+land").status, 503);
}

}  // namespace
}  // namespace bearward::endpoint
