#include "token/token_issuer.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "token/access_token.h"
#include "token/strict_json.h"
#include "token/test_tokens.h"
#include "token/token_id.h"

namespace bearward::token {
namespace {

using namespace std::chrono_literals;
using crypto::Algorithm;
using test::now;

config::Tokens settings() {
  config::Tokens tokens;
  tokens.issuer = "https://gateway.test";
  tokens.audience = "legacy-apis";
  tokens.access_ttl = 30min;
  return tokens;
}

boost::json::object part(const std::string& token, int index) {
  const auto jws = split_compact(token).value();
  return parse_strict_object(base64url_decode(index == 0 ? jws.header : jws.payload).value()).value();
}

TEST(TokenIssuer, IssuesWhatTheVerifierTakes) {
  for (const Algorithm algorithm : test::all_algorithms) {
    SCOPED_TRACE(to_string(algorithm));
    const auto keys = test::key_set({{"k1", test::signing_key(algorithm)}});
    const TokenIssuer issuer{keys, settings()};
    const auto issued = issuer.issue({.subject = "alice", .client_id = "spa", .scopes = {"a", "b"}}, now);
    const auto claims = AccessTokenVerifier{keys}.verify(issued.token, now);
    ASSERT_TRUE(claims.has_value()) << to_string(claims.error());
    EXPECT_EQ((*claims)->subject, "alice");
    EXPECT_EQ((*claims)->client_id, "spa");
    EXPECT_EQ((*claims)->scopes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ((*claims)->expires_at, now + 30min);
    EXPECT_EQ((*claims)->token_id, issued.token_id);
    EXPECT_EQ(issued.expires_in, 30min);
  }
}

TEST(TokenIssuer, WritesTheFormOfRfc9068) {
  const TokenIssuer issuer{test::key_set({{"k1", test::signing_key(Algorithm::ES256)}}), settings()};
  const auto issued = issuer.issue({.subject = "alice", .client_id = "spa", .scopes = {"a", "b"}}, now);
  const boost::json::object header{{"alg", "ES256"}, {"typ", "at+jwt"}, {"kid", "k1"}};
  EXPECT_EQ(part(issued.token, 0), header);
  const boost::json::object claims{{"iss", "https://gateway.test"},
                                   {"aud", "legacy-apis"},
                                   {"sub", "alice"},
                                   {"client_id", "spa"},
                                   {"iat", 1800000000},
                                   {"exp", 1800001800},
                                   {"jti", issued.token_id},
                                   {"scope", "a b"}};
  EXPECT_EQ(part(issued.token, 1), claims);
  EXPECT_EQ(time_of_token_id(issued.token_id), now);
}

TEST(TokenIssuer, LeavesOutWhatIsEmpty) {
  config::Tokens tokens = settings();
  tokens.issuer = tokens.audience = "";
  const TokenIssuer issuer{test::key_set({{"", test::signing_key(Algorithm::HS256)}}), tokens};
  const auto issued = issuer.issue({.subject = "alice", .client_id = "", .scopes = {}}, now);
  const auto claims = part(issued.token, 1);
  EXPECT_EQ(claims.size(), 4u);
  for (const char* name : {"sub", "iat", "exp", "jti"}) EXPECT_TRUE(claims.contains(name)) << name;
  EXPECT_FALSE(part(issued.token, 0).contains("kid"));
}

TEST(TokenIssuer, WritesNamesSoThatTheyComeBackUnchanged) {
  const auto keys = test::key_set({{"k\"1\\", test::signing_key(Algorithm::HS256)}});
  const TokenIssuer issuer{keys, settings()};
  AccessTokenVerifier verifier{keys};
  for (const std::string name :
       {"alice", "o\"brien", "back\\slash", "grüße 😀", R"(x","admin":true,"y":")", "</script>"}) {
    const auto claims = verifier.verify(issuer.issue({.subject = name, .client_id = "", .scopes = {}}, now).token, now);
    ASSERT_TRUE(claims.has_value()) << name;
    EXPECT_EQ((*claims)->subject, name);
    EXPECT_FALSE((*claims)->all.contains("admin"));
  }
}

TEST(TokenIssuer, NeverIssuesTheSameTokenTwiceFromAnyThread) {
  const TokenIssuer issuer{test::key_set({{"k1", test::signing_key(Algorithm::HS256)}}), settings()};
  std::array<std::vector<std::string>, 4> made;
  {
    std::vector<std::jthread> threads;
    for (auto& tokens : made)
      threads.emplace_back([&] {
        for (int i = 0; i < 100; ++i)
          tokens.push_back(issuer.issue({.subject = "alice", .client_id = "", .scopes = {}}, now).token);
      });
  }
  std::set<std::string> distinct;
  for (const auto& tokens : made) distinct.insert(tokens.begin(), tokens.end());
  EXPECT_EQ(distinct.size(), 400u);
}

}  // namespace
}  // namespace bearward::token
