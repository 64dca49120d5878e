#include "oauth/token_error.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/made_request.h"

namespace bearward::oauth {
namespace {

using config::Compatibility;
using testing::own_field;

struct Case {
  const char* name;
  TokenError error;
  int status;
  const char* body;
  const char* challenge;  // WWW-Authenticate; empty: no such field
};

void expect_responses(std::span<const Case> cases, Compatibility compatibility) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = to_response(c.error, compatibility);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, c.body);
    EXPECT_EQ(own_field(response, "Content-Type"), "application/json");
    EXPECT_EQ(own_field(response, "WWW-Authenticate"), c.challenge);
    EXPECT_EQ(own_field(response, "Cache-Control"), "no-store");
    EXPECT_EQ(own_field(response, "Pragma"), "no-cache");
    EXPECT_EQ(own_field(response, "Retry-After"), c.status == 503 ? "1" : "");
  }
}

TEST(TokenError, LeavesAsRfc6749HasIt) {
  const Case cases[] = {
      {"a wrong password", TokenError::wrong_password(), 400,
       R"({"error":"invalid_grant","error_description":"Incorrect username or password"})", ""},
      {"a missing parameter", TokenError::missing_parameters({"password"}, "password is missing"), 400,
       R"({"error":"invalid_request","error_description":"password is missing"})", ""},
      {"a malformed request", TokenError::invalid_request("it is malformed"), 400,
       R"({"error":"invalid_request","error_description":"it is malformed"})", ""},
      {"too much content", TokenError::content_too_large(), 413,
       R"({"error":"invalid_request","error_description":"the content is larger than 64 KiB"})", ""},
      {"an unknown client", TokenError::invalid_client(), 401,
       R"({"error":"invalid_client","error_description":"the client is not registered, or did not prove who it is"})",
       "Basic realm=\"token endpoint\""},
      {"a client without the grant", TokenError::unauthorized_client(), 400,
       R"({"error":"unauthorized_client","error_description":"the client may not use this grant"})", ""},
      {"an unknown grant type", TokenError::unsupported_grant_type("implicit"), 400,
       R"({"error":"unsupported_grant_type","error_description":"the grant type is not supported; use password, )"
       R"(refresh_token or client_credentials"})",
       ""},
      {"the implicit grant", TokenError::unsupported_response_type(), 400,
       R"({"error":"unsupported_response_type",)"
       R"("error_description":"this is no authorization endpoint; ask with a grant_type"})",
       ""},
      {"a refresh token that is none", TokenError::bad_refresh_token(), 400,
       R"({"error":"invalid_grant","error_description":"the refresh token is not valid; log in again"})", ""},
      {"a scope that is not granted", TokenError::invalid_scope("not granted"), 400,
       R"({"error":"invalid_scope","error_description":"not granted"})", ""},
      {"no answer now", TokenError::unavailable("not now"), 503,
       R"({"error":"temporarily_unavailable","error_description":"not now"})", ""}};
  expect_responses(cases, Compatibility::rfc6749);
}

TEST(TokenError, LeavesAsFastApiHasIt) {
  const Case cases[] = {
      {"a wrong password", TokenError::wrong_password(), 401, R"({"detail":"Incorrect username or password"})",
       "Bearer"},
      {"one missing parameter", TokenError::missing_parameters({"password"}, "password is missing"), 422,
       R"({"detail":[{"type":"missing","loc":["body","password"],"msg":"Field required","input":null}]})", ""},
      {"two missing parameters", TokenError::missing_parameters({"username", "password"}, "both are missing"), 422,
       R"({"detail":[{"type":"missing","loc":["body","username"],"msg":"Field required","input":null},)"
       R"({"type":"missing","loc":["body","password"],"msg":"Field required","input":null}]})",
       ""},
      {"an unknown grant type", TokenError::unsupported_grant_type("imp\"licit"), 422,
       R"({"detail":[{"type":"string_pattern_mismatch","loc":["body","grant_type"],)"
       R"("msg":"String should match pattern '^password$'","input":"imp\"licit","ctx":{"pattern":"^password$"}}]})",
       ""},
      {"a malformed request", TokenError::invalid_request("it is malformed"), 400, R"({"detail":"it is malformed"})",
       ""},
      {"an unknown client", TokenError::invalid_client(), 401,
       R"({"detail":"the client is not registered, or did not prove who it is"})", "Basic realm=\"token endpoint\""},
      {"too much content", TokenError::content_too_large(), 413, R"({"detail":"the content is larger than 64 KiB"})",
       ""},
      {"no answer now", TokenError::unavailable("not now"), 503, R"({"detail":"not now"})", ""}};
  expect_responses(cases, Compatibility::fastapi);
}

TEST(TokenError, DescribesInCharactersThatRfc6749Allows) {
  const TokenError errors[] = {TokenError::content_too_large(), TokenError::invalid_client(),
                               TokenError::wrong_password(), TokenError::unsupported_grant_type("\"\\")};
  for (const TokenError& error : errors) {
    EXPECT_TRUE(std::ranges::all_of(error.description, [](char c) {
      return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
    })) << error.description;
  }
}

}  // namespace
}  // namespace bearward::oauth
