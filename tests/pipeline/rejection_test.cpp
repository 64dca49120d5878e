#include "pipeline/rejection.h"

#include <gtest/gtest.h>

#include "http/field_syntax.h"
#include "pipeline/authenticate.h"

namespace bearward::pipeline {
namespace {

using config::Compatibility;

TEST(ToResponse, SaysNoMoreThanTheRfcAsks) {
  struct Case {
    const char* name;
    Rejection rejection;
    int status;
    std::string fields;  // those after Content-Type
  };
  const Case cases[] = {
      {"no token", Rejection::no_credentials(), 401, "WWW-Authenticate: Bearer\r\n"},
      {"a bad token", Rejection::invalid_token("expired"), 401, "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"},
      {"a disabled user is a bad token", Rejection::inactive(), 401,
       "WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"},
      {"a malformed request", Rejection::invalid_request("several_credentials"), 400,
       "WWW-Authenticate: Bearer error=\"invalid_request\"\r\n"},
      {"too little scope", Rejection::insufficient_scope("a b"), 403,
       "WWW-Authenticate: Bearer error=\"insufficient_scope\", scope=\"a b\"\r\n"},
      {"denied", Rejection::forbidden("roles"), 403, ""},
      {"no route", Rejection::no_route(), 404, ""},
      {"another method", Rejection::method_not_allowed("GET, HEAD"), 405, "Allow: GET, HEAD\r\n"},
      {"undecided", Rejection::unavailable("authenticate", "user_store_unavailable"), 503, "Retry-After: 1\r\n"},
      {"too slow", Rejection::upstream(504, "upstream_timed_out"), 504, ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = to_response(c.rejection, Compatibility::rfc6749, "id");
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.own_fields, "Content-Type: application/problem+json\r\n" + c.fields + "X-Request-Id: id\r\n");
    EXPECT_EQ(response.body.find("expired\""), std::string::npos);
    EXPECT_EQ(response.body.find("roles"), std::string::npos);
  }
}

TEST(ToResponse, SpeaksAsFastApisTutorialDoes) {
  Rejection cut_short = Rejection::upstream(400, "x");
  cut_short.detail = "the content was cut short";
  struct Case {
    const char* name;
    Rejection rejection;
    int status;
    const char* body;
    bool challenge;
  };
  const Case cases[] = {
      {"no token", Rejection::no_credentials(), 401, R"({"detail":"Not authenticated"})", true},
      {"a bad token", Rejection::invalid_token("x"), 401, R"({"detail":"Could not validate credentials"})", true},
      {"a malformed request", Rejection::invalid_request("x"), 401, R"({"detail":"Could not validate credentials"})",
       true},
      {"a disabled user", Rejection::inactive(), 400, R"({"detail":"Inactive user"})", false},
      {"denied", Rejection::forbidden("x"), 403, R"({"detail":"Not enough permissions"})", false},
      {"bad content is no matter of credentials", cut_short, 400, R"({"detail":"the content was cut short"})", false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const http::Response response = to_response(c.rejection, Compatibility::fastapi, "id");
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.body, c.body);
    EXPECT_EQ(response.own_fields.contains("WWW-Authenticate: Bearer\r\n"), c.challenge);
  }
}

TEST(FindBearerToken, TakesExactlyOneCredential) {
  struct Case {
    const char* name;
    std::vector<const char*> values;
    std::optional<const char*> token;  // nullopt: refused
  };
  const Case cases[] = {{"none", {}, ""},
                        {"a token", {"Bearer abc.def-_~+/="}, "abc.def-_~+/="},
                        {"whatever the scheme's case", {"bEARER abc"}, "abc"},
                        {"several spaces", {"Bearer   abc"}, "abc"},
                        {"another scheme", {"Basic abc"}, ""},
                        {"a scheme that only begins so", {"Bearerish abc"}, ""},
                        {"two credentials", {"Bearer a", "Bearer a"}, {}},
                        {"two schemes", {"Basic a", "Bearer a"}, {}},
                        {"no token behind the scheme", {"Bearer"}, {}},
                        {"white space behind the scheme", {"Bearer  "}, {}}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<http::Field> fields;
    for (const char* value : c.values) {
      fields.push_back({"Authorization", value, http::folded_hash("authorization"), http::FieldId::authorization});
    }
    const auto token = find_bearer_token(fields);
    ASSERT_EQ(token.has_value(), c.token.has_value());
    if (token) {
      EXPECT_EQ(*token, *c.token);
    } else {
      EXPECT_EQ(token.error().error, "invalid_request");
    }
  }
}

}  // namespace
}  // namespace bearward::pipeline
