#include "oauth/token_request.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::oauth {
namespace {

using testing::MadeRequest;

constexpr const char* form_type = "application/x-www-form-urlencoded";

Result<TokenRequest, TokenError> read(MadeRequest::FieldLines lines, std::string_view content) {
  const MadeRequest request("POST", "/token", std::move(lines));
  return read_token_request(request.head.fields, content);
}

TEST(ReadTokenRequest, TakesFormsAlone) {
  struct Case {
    const char* name;
    MadeRequest::FieldLines lines;
    bool good;
  };
  const Case cases[] = {
      {"a form", {{"Content-Type", form_type}}, true},
      {"with a charset", {{"content-type", "application/x-www-form-urlencoded; charset=UTF-8"}}, true},
      {"of another case", {{"Content-Type", "Application/X-WWW-Form-Urlencoded ;a=b"}}, true},
      {"JSON", {{"Content-Type", "application/json"}}, false},
      {"multipart without a boundary", {{"Content-Type", "multipart/form-data"}}, false},
      {"a type that only begins like it", {{"Content-Type", "application/x-www-form-urlencoded2"}}, false},
      {"no type", {}, false},
      {"two types", {{"Content-Type", form_type}, {"Content-Type", form_type}}, false}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto request = read(c.lines, "username=a&password=b");
    ASSERT_EQ(request.has_value(), c.good);
    if (request) continue;
    EXPECT_EQ(request.error().code, TokenErrorCode::invalid_request);
    EXPECT_EQ(request.error().missing, (std::vector<std::string_view>{"username", "password"}));
  }
}

TEST(ReadTokenRequest, ReadsTheGrantType) {
  struct Case {
    const char* name;
    const char* content;
    const char* grant_type;  // or the error's code
  };
  const Case cases[] = {{"password", "grant_type=password&username=a", "password"},
                        {"another", "grant_type=refresh_token", "refresh_token"},
                        {"absent, as FastAPI's form allows", "username=a", "password"},
                        {"without a value, which is absent", "grant_type=&username=a", "password"},
                        {"no content", "", "password"},
                        {"an extension's", "grant_type=urn%3Aietf%3Aparams%3Ax", "urn:ietf:params:x"},
                        {"twice", "grant_type=password&grant_type=password", "invalid_request"},
                        {"a user name twice", "username=a&username=b", "invalid_request"},
                        {"a password twice", "password=a&password=a", "invalid_request"},
                        {"a scope twice", "scope=a&scope=b", "invalid_request"},
                        {"a client twice", "client_id=a&client_id=", "invalid_request"},
                        {"a client secret twice", "client_secret=a&client_secret=a", "invalid_request"},
                        {"a refresh token twice", "refresh_token=a&refresh_token=a", "invalid_request"},
                        {"the implicit grant", "response_type=token&client_id=a", "unsupported_response_type"},
                        {"a login that asks for it", "username=a&response_type=x", "unsupported_response_type"},
                        {"without a value, which is absent", "username=a&response_type=", "password"},
                        {"an unknown parameter", "foo=1", "password"},
                        {"an unknown parameter twice", "resource=a&resource=b", "password"},
                        {"a malformed parameter", "username=%", "invalid_request"}};
  for (const Case& c : cases) {
    const auto request = read({{"Content-Type", form_type}}, c.content);
    EXPECT_EQ(request ? request->grant_type : to_string(request.error().code), c.grant_type) << c.name;
  }
}

TEST(ReadTokenRequest, ReadsTheClient) {
  const auto request = read({{"Content-Type", form_type}, {"Authorization", "Basic c3BhOnNlY3JldA=="}}, "");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->client.id, "spa");
  EXPECT_FALSE(read({{"Content-Type", form_type}, {"Authorization", "Basic !"}}, "").has_value());
}

}  // namespace
}  // namespace bearward::oauth
