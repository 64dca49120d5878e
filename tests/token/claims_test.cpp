#include "token/claims.h"

#include <gtest/gtest.h>

namespace bearward::token {
namespace {

using namespace std::chrono_literals;
using identity::TokenClaims;

constexpr UnixTime at(std::int64_t seconds) { return UnixTime{std::chrono::seconds{seconds}}; }
constexpr UnixTime now = at(1'800'000'000);

template <class T>
std::optional<TokenError> error_of(const Result<T, TokenError>& result) {
  return result ? std::nullopt : std::optional{result.error()};
}

TEST(ParseClaims, ReadsEveryRegisteredClaim) {
  const auto claims =
      parse_claims(R"({"iss":"https://i","sub":"alice","aud":["a","b"],"exp":1800000060,"nbf":1799999000,)"
                   R"("iat":1799999001,"jti":"t1","client_id":"spa","scope":"orders:read  profile",)"
                   R"("groups":["x"]})");
  ASSERT_TRUE(claims.has_value());
  EXPECT_EQ(claims->issuer, "https://i");
  EXPECT_EQ(claims->subject, "alice");
  EXPECT_EQ(claims->username, "alice");
  EXPECT_EQ(claims->audience, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(claims->expires_at, at(1800000060));
  EXPECT_EQ(claims->not_before, at(1799999000));
  EXPECT_EQ(claims->issued_at, at(1799999001));
  EXPECT_EQ(claims->token_id, "t1");
  EXPECT_EQ(claims->client_id, "spa");
  EXPECT_EQ(claims->scopes, (std::vector<std::string>{"orders:read", "profile"}));
  EXPECT_EQ(claims->all.at("groups").at(0), "x");
  EXPECT_EQ(claims->all.size(), 10u);
}

TEST(ParseClaims, KnowsWhenATokenWasIssuedAtTheEarliest) {
  struct Case {
    const char* name;
    const char* members;
    std::optional<UnixMilliseconds> earliest;
  };
  constexpr UnixMilliseconds second = at(1'800'000'000);
  const Case cases[] = {
      {"no iat", R"("jti":"01a3185c-5123-7abc-9def-0123456789ab")", std::nullopt},
      {"iat alone", R"("iat":1800000000)", second},
      {"iat with a fraction", R"("iat":1800000000.9)", second},
      {"a jti that is a UUIDv7 of that second", R"("iat":1800000000,"jti":"01a3185c-5123-7abc-9def-0123456789ab")",
       second + 291ms},
      {"a UUIDv7 of another second", R"("iat":1800000001,"jti":"01a3185c-5123-7abc-9def-0123456789ab")", second + 1s},
      {"a UUIDv4", R"("iat":1800000000,"jti":"01a3185c-5123-4abc-9def-0123456789ab")", second},
      {"another jti", R"("iat":1800000000,"jti":"t1")", second}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto claims = parse_claims(std::string(R"({"sub":"alice","exp":1800000060,)") + c.members + "}");
    ASSERT_TRUE(claims.has_value());
    EXPECT_EQ(claims->issued_no_earlier, c.earliest);
  }
}

TEST(ParseClaims, ReadsTheLoginThatATokenCameFrom) {
  EXPECT_EQ(parse_claims(R"({"sub":"alice","exp":1,"sid":"f1"})")->family_id, "f1");
  EXPECT_EQ(parse_claims(R"({"sub":"alice","exp":1,"sid":7})")->family_id, "") << "another issuer's own idea";
}

TEST(ParseClaims, LeavesAbsentClaimsEmpty) {
  const auto claims = parse_claims(R"({"sub":"alice","exp":1})");
  ASSERT_TRUE(claims.has_value());
  EXPECT_TRUE(claims->issuer.empty() && claims->audience.empty() && claims->token_id.empty());
  EXPECT_TRUE(claims->client_id.empty() && claims->scopes.empty());
  EXPECT_FALSE(claims->not_before || claims->issued_at);
}

TEST(ParseClaims, RefusesWhatHasTheWrongShape) {
  struct Case {
    const char* name;
    const char* json;
  };
  const Case cases[] = {
      {"no JSON", "foo"},
      {"a string", R"("alice")"},
      {"no exp", R"({"sub":"alice"})"},
      {"exp is null", R"({"sub":"alice","exp":null})"},
      {"exp is a string", R"({"sub":"alice","exp":"1800000060"})"},
      {"exp is a list", R"({"sub":"alice","exp":[1800000060]})"},
      {"exp is true", R"({"sub":"alice","exp":true})"},
      {"exp beyond a double", R"({"sub":"alice","exp":1e999})"},
      {"exp twice", R"({"sub":"alice","exp":1,"exp":1800000060})"},
      {"nbf is a string", R"({"sub":"alice","exp":1,"nbf":"0"})"},
      {"iat is an object", R"({"sub":"alice","exp":1,"iat":{}})"},
      {"no sub", R"({"exp":1})"},
      {"sub is empty", R"({"exp":1,"sub":""})"},
      {"sub is a number", R"({"exp":1,"sub":7})"},
      {"sub is null", R"({"exp":1,"sub":null})"},
      {"sub is a list", R"({"exp":1,"sub":["alice"]})"},
      {"sub twice", R"({"exp":1,"sub":"alice","sub":"root"})"},
      {"sub with a line feed", R"({"exp":1,"sub":"alice\nX-Admin: 1"})"},
      {"sub with a carriage return", R"({"exp":1,"sub":"alice\r"})"},
      {"sub with a NUL", R"({"exp":1,"sub":"alice\u0000"})"},
      {"sub with DEL", R"({"exp":1,"sub":"alice\u007f"})"},
      {"iss is a number", R"({"exp":1,"sub":"alice","iss":1})"},
      {"aud is a number", R"({"exp":1,"sub":"alice","aud":1})"},
      {"aud is an object", R"({"exp":1,"sub":"alice","aud":{"a":1}})"},
      {"aud holds a number", R"({"exp":1,"sub":"alice","aud":["a",1]})"},
      {"jti is a number", R"({"exp":1,"sub":"alice","jti":1})"},
      {"client_id is a list", R"({"exp":1,"sub":"alice","client_id":["a"]})"},
      {"scope is a number", R"({"exp":1,"sub":"alice","scope":1})"},
      {"scope holds a number", R"({"exp":1,"sub":"alice","scope":["a",1]})"},
      {"a scope of two words in a list", R"({"exp":1,"sub":"alice","scope":["orders:read admin"]})"},
      {"an empty scope in a list", R"({"exp":1,"sub":"alice","scp":[""]})"},
      {"scp is an object", R"({"exp":1,"sub":"alice","scp":{}})"},
      {"text after the object", R"({"exp":1,"sub":"alice"}})"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(error_of(parse_claims(c.json)), TokenError::malformed);
  }
}

TEST(ParseClaims, TakesTheOneConfirmationThatCanBeChecked) {
  const std::string thumbprint = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";  // RFC 8705 §3.1
  const auto bound = parse_claims(R"({"exp":1,"sub":"alice","cnf":{"x5t#S256":")" + thumbprint + R"("}})");
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->certificate_thumbprint, thumbprint);
  EXPECT_EQ(parse_claims(R"({"exp":1,"sub":"alice"})")->certificate_thumbprint, "");
  for (const std::string& confirmation :
       {std::string(R"({"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})"),
        R"({"x5t#S256":")" + thumbprint + R"(","jkt":"x"})", std::string(R"({"x5t#S256":"A4DtL2Jm"})"),
        std::string(R"({"x5t#S256":7})"), std::string("{}"), std::string("null"), std::string(R"("x")")}) {
    SCOPED_TRACE(confirmation);
    EXPECT_EQ(error_of(parse_claims(R"({"exp":1,"sub":"alice","cnf":)" + confirmation + "}")),
              TokenError::unsupported_confirmation);
  }
}

TEST(ParseClaims, RoundsDatesToTheStrictSideAndNeverOverflows) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  struct Case {
    const char* date;
    std::int64_t as_exp, as_nbf;
  };
  const Case cases[] = {
      {"1800000000", 1800000000, 1800000000},
      {"1800000000.0", 1800000000, 1800000000},
      {"1800000000.5", 1800000000, 1800000001},
      {"1.8e9", 1800000000, 1800000000},
      {"0", 0, 0},
      {"-1", -1, -1},
      {"-0.5", -1, 0},
      {"9007199254740993", most, most},
      {"9223372036854775807", most, most},
      {"9223372036854775808", most, most},
      {"18446744073709551615", most, most},
      {"18446744073709551616", most, most},
      {"1e300", most, most},
      {"-9223372036854775808", -most, -most},
      {"-1e300", -most, -most},
      {"1e-300", 0, 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.date);
    const auto claims = parse_claims(std::string{R"({"sub":"a","exp":)"} + c.date + R"(,"nbf":)" + c.date + "}");
    ASSERT_TRUE(claims.has_value());
    EXPECT_EQ(claims->expires_at, at(c.as_exp));
    EXPECT_EQ(claims->not_before, at(c.as_nbf));
  }
}

TEST(ParseClaims, TakesScopesInEveryUsualForm) {
  struct Case {
    const char* name;
    const char* member;
    std::vector<std::string> scopes;
  };
  const Case cases[] = {
      {"a string", R"("scope":"a b")", {"a", "b"}},
      {"spaces to spare", R"("scope":"  a   b ")", {"a", "b"}},
      {"an empty string", R"("scope":"")", {}},
      {"a list", R"("scope":["a","b"])", {"a", "b"}},
      {"scp, a list", R"("scp":["a","b"])", {"a", "b"}},
      {"scp, a string", R"("scp":"a b")", {"a", "b"}},
      {"scope wins over scp", R"("scp":["admin"],"scope":"a")", {"a"}},
      {"an empty scope wins over scp", R"("scp":["admin"],"scope":"")", {}},
      {"an empty list", R"("scp":[])", {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto claims = parse_claims(std::string{R"({"sub":"a","exp":1,)"} + c.member + "}");
    ASSERT_TRUE(claims.has_value());
    EXPECT_EQ(claims->scopes, c.scopes);
  }
}

TEST(ParseClaims, TakesTheUsernameFromTheClaimItIsTold) {
  const std::string json = R"({"sub":"00u1","exp":1,"email":"alice@example.test","n":3,"bad":"a\nb"})";
  EXPECT_EQ(parse_claims(json, "email")->username, "alice@example.test");
  EXPECT_EQ(parse_claims(json, "email")->subject, "00u1");
  for (const char* claim : {"missing", "n", "bad"})
    EXPECT_EQ(error_of(parse_claims(json, claim)), TokenError::malformed) << claim;
}

const Expectation expected{.issuer = "https://gateway.test", .audiences = {"legacy-apis"}, .leeway = 30s};

TokenClaims valid_claims() {
  TokenClaims claims;
  claims.issuer = "https://gateway.test";
  claims.subject = claims.username = "alice";
  claims.audience = {"other", "legacy-apis"};
  claims.expires_at = now + 10min;
  claims.not_before = claims.issued_at = now - 1min;
  return claims;
}

TEST(CheckClaims, AcceptsExactlyWhatIsExpected) {
  struct Case {
    const char* name;
    void (*change)(TokenClaims&);
    std::optional<TokenError> error;
  };
  const Case cases[] = {
      {"as issued", [](TokenClaims&) {}, {}},
      {"another issuer", [](TokenClaims& c) { c.issuer = "https://evil.test"; }, TokenError::wrong_issuer},
      {"a longer issuer", [](TokenClaims& c) { c.issuer += "/"; }, TokenError::wrong_issuer},
      {"no issuer", [](TokenClaims& c) { c.issuer.clear(); }, TokenError::wrong_issuer},
      {"another audience", [](TokenClaims& c) { c.audience = {"other"}; }, TokenError::wrong_audience},
      {"part of the audience", [](TokenClaims& c) { c.audience = {"legacy"}; }, TokenError::wrong_audience},
      {"no audience", [](TokenClaims& c) { c.audience.clear(); }, TokenError::wrong_audience},
      {"expires this second, within the leeway", [](TokenClaims& c) { c.expires_at = now; }, {}},
      {"expired, within the leeway", [](TokenClaims& c) { c.expires_at = now - 29s; }, {}},
      {"expired", [](TokenClaims& c) { c.expires_at = now - 30s; }, TokenError::expired},
      {"expired in 1970", [](TokenClaims& c) { c.expires_at = at(0); }, TokenError::expired},
      {"expired before time began", [](TokenClaims& c) { c.expires_at = at(-(std::int64_t{1} << 53)); },
       TokenError::expired},
      {"expires when the sun is gone", [](TokenClaims& c) { c.expires_at = at(std::int64_t{1} << 53); }, {}},
      {"nbf within the leeway", [](TokenClaims& c) { c.not_before = now + 30s; }, {}},
      {"nbf in the future", [](TokenClaims& c) { c.not_before = now + 31s; }, TokenError::not_yet_valid},
      {"nbf in the far future", [](TokenClaims& c) { c.not_before = at(std::int64_t{1} << 53); },
       TokenError::not_yet_valid},
      {"iat within the leeway", [](TokenClaims& c) { c.issued_at = now + 30s; }, {}},
      {"iat in the future", [](TokenClaims& c) { c.issued_at = now + 31s; }, TokenError::not_yet_valid},
      {"no nbf, no iat", [](TokenClaims& c) { c.not_before.reset(), c.issued_at.reset(); }, {}},
      {"the issuer is looked at first", [](TokenClaims& c) { c.issuer = "x", c.audience = {}, c.expires_at = at(0); },
       TokenError::wrong_issuer},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    TokenClaims claims = valid_claims();
    c.change(claims);
    EXPECT_EQ(error_of(check_claims(claims, expected, now)), c.error);
  }
}

TEST(CheckClaims, AsksForIssuerAndAudienceOnlyWhenConfigured) {
  TokenClaims claims = valid_claims();
  claims.issuer = "https://anybody.test";
  claims.audience.clear();
  EXPECT_EQ(error_of(check_claims(claims, {.issuer = "", .audiences = {}, .leeway = 0s}, now)), std::nullopt);
  claims.expires_at = now;
  EXPECT_EQ(error_of(check_claims(claims, {.issuer = "", .audiences = {}, .leeway = 0s}, now)), TokenError::expired);
}

}  // namespace
}  // namespace bearward::token
