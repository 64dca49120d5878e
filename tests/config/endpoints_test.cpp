#include "config/endpoints.h"

#include <gtest/gtest.h>

#include "config/loading.h"

namespace bearward::config {
namespace {

constexpr const char* keys_and_users =
    "tokens: {issuer: i, audience: a, signing_keys: [{kid: k, algorithm: HS256, secret: \"${SECRET}\"}]}\n"
    "users: {store: sqlite:users.db}\n";

TEST(ReadEndpoints, TakesAPathOrAList) {
  const auto one = test::load_snippet(std::string{"endpoints: {token: /token}\n"} + keys_and_users);
  EXPECT_EQ(one.findings, std::vector<std::string>{});
  EXPECT_EQ(one.config.endpoints.paths_of(Endpoint::token), std::vector<std::string_view>{"/token"});
  const auto two = test::load_snippet(std::string{"endpoints: {token: [/token, /token/]}\n"} + keys_and_users);
  EXPECT_EQ(two.findings, std::vector<std::string>{});
  EXPECT_EQ(two.config.endpoints.paths_of(Endpoint::token), (std::vector<std::string_view>{"/token", "/token/"}));
}

TEST(EndpointsFind, TakesAPathWholeAndToTheLetter) {
  const auto loaded = test::load_snippet(std::string{"endpoints: {token: [/token, /login]}\n"} + keys_and_users);
  const Endpoints& endpoints = loaded.config.endpoints;
  for (const char* path : {"/token", "/login"}) {
    ASSERT_NE(endpoints.find(path), nullptr) << path;
    EXPECT_EQ(*endpoints.find(path), Endpoint::token) << path;
  }
  for (const char* path : {"/token/", "/Token", "/toke", "/"}) EXPECT_EQ(endpoints.find(path), nullptr) << path;
}

TEST(ReadEndpoints, SaysWhatIsWrong) {
  const std::string normal =
      ", expected a normalised path such as /token: no \"//\", \"..\", query or needless %-escape";
  const test::Mistake mistakes[] = {
      {"no slash in front", "endpoints: {token: token}\n", {"1:20: error: found \"token\" for token" + normal}},
      {"a URL",
       "endpoints: {token: \"http://h/token\"}\n",
       {"1:20: error: found \"http://h/token\" for token" + normal}},
      {"dot segments", "endpoints: {token: /a/../token}\n", {"1:20: error: found \"/a/../token\" for token" + normal}},
      {"a query", "endpoints: {token: \"/token?a\"}\n", {"1:20: error: found \"/token?a\" for token" + normal}},
      {"a needless escape", "endpoints: {token: /t%6Fken}\n", {"1:20: error: found \"/t%6Fken\" for token" + normal}},
      {"one path twice",
       "endpoints:\n  token:\n    - /token\n    - /token\n",
       {"4:7: error: found the endpoint path \"/token\" again, expected it once; line 3 has it too"}},
      {"an empty list",
       "endpoints: {token: []}\n",
       {"1:20: error: found an empty list for token, expected a path such as /token, or a list of them"}},
      {"a map in the list",
       "endpoints: {token: [/token, {a: b}]}\n",
       {"1:29: error: found a map for token, expected a path such as /token, or a list of them"}},
      {"what is not built yet",
       "endpoints: {jwks: /docs, sing_up: /users/}\n",
       {"1:13: error: \"jwks\" is not yet supported by this version; remove it",
        "1:26: error: found the unknown key \"sing_up\" in endpoints, expected token, sign_up, me or docs; did you "
        "mean "
        "\"sign_up\"?"}},
  };
  for (const test::Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.sentence);
    EXPECT_EQ(test::load_snippet(mistake.yaml + std::string{keys_and_users}).findings, mistake.findings);
  }
}

}  // namespace
}  // namespace bearward::config
