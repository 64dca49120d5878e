#include "endpoint/sign_up_request.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "support/made_request.h"

namespace bearward::endpoint {
namespace {

using config::Compatibility;
using testing::MadeRequest;

Result<SignUp, std::vector<SignUpFault>> read(std::string_view content, const std::string& type = "application/json",
                                              crypto::PasswordScheme scheme = crypto::PasswordScheme::bcrypt) {
  const MadeRequest request("POST", "/users/", {{"Content-Type", type}});
  return read_sign_up(request.head.fields, content, scheme);
}

TEST(SignUpRequest, TakesWhatANewUserMaySay) {
  struct Case {
    const char* name;
    const char* content;
    std::string email, full_name;
  };
  const Case cases[] = {
      {"a name and a password", R"({"username":"alice","password":"wonder land"})", "", ""},
      {"all", R"({"username":"alice","password":"wonder land","email":"a@b.c","full_name":"Alice A"})", "a@b.c",
       "Alice A"},
      {"null for absent", R"({"username":"alice","password":"wonder land","email":null,"full_name":null})", "", ""},
      {"what is not theirs to say",
       R"({"username":"alice","password":"wonder land","roles":["admin"],"disabled":false,"id":1,"hashed_password":"x"})",
       "", ""}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto asked = read(c.content, "application/json; charset=utf-8");
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->username, "alice");
    EXPECT_EQ(asked->password.reveal(), "wonder land");
    EXPECT_EQ(asked->email, c.email);
    EXPECT_EQ(asked->full_name, c.full_name);
  }
}

TEST(SignUpRequest, SaysWhatIsWrong) {
  struct Case {
    const char* name;
    std::string content;
    int status;
    std::string detail;
    std::string type, member;  // of FastAPI's first error
  };
  const std::string object = "the content must be one JSON object without a member that repeats";
  const auto with_password = [](const std::string& password) {
    return R"({"username":"alice","email":"alice@b.c","password":")" + password + "\"}";
  };
  const Case cases[] = {
      {"no content", "", 400, object, "json_invalid", ""},
      {"no JSON", "username=alice", 400, object, "json_invalid", ""},
      {"a list", "[]", 400, object, "json_invalid", ""},
      {"a member twice", R"({"username":"alice","username":"bob","password":"wonder land"})", 400, object,
       "json_invalid", ""},
      {"nothing", "{}", 422, "the username is missing; the password is missing", "missing", "username"},
      {"no password", R"({"username":"alice"})", 422, "the password is missing", "missing", "password"},
      {"a number for a name", R"({"username":1,"password":"wonder land"})", 422, "the username is not a string",
       "string_type", "username"},
      {"null for a password", R"({"username":"alice","password":null})", 422, "the password is not a string",
       "string_type", "password"},
      {"a list for an email", R"({"username":"alice","password":"wonder land","email":[]})", 422,
       "the email is not a string", "string_type", "email"},
      {"no name", R"({"username":"","password":"wonder land"})", 422, "the username is empty", "value_error",
       "username"},
      {"a name with a space", R"({"username":"al ice","password":"wonder land"})", 422,
       "the username contains a space or an invisible character", "value_error", "username"},
      {"a client's subject", R"({"username":"client:x","password":"wonder land"})", 422, "the username contains \":\"",
       "value_error", "username"},
      {"no email", R"({"username":"alice","password":"wonder land","email":"alice"})", 422,
       "the email is not of the form name@domain", "value_error", "email"},
      {"two faults", R"({"username":".","password":"short"})", 422,
       "the username is a dot segment of a path; the password has fewer than 8 bytes", "value_error", "username"},
      {"the name again", R"({"username":"alice-in-land","password":"Alice-In-Land"})", 422,
       "the password is the username", "value_error", "password"},
      {"the email again", with_password("alice@b.c"), 422, "the password is the email", "value_error", "password"},
      {"one letter", with_password("aaaaaaaaaa"), 422, "the password is one character again and again", "value_error",
       "password"},
      {"what everybody has", with_password("Password123"), 422, "the password is one of the most common ones",
       "value_error", "password"},
      {"more than bcrypt can hold", with_password(std::string(73, 'p') + "q"), 422,
       "the password cannot be used: the password is longer than 72 bytes, the most that bcrypt can hold",
       "value_error", "password"},
      {"more than any takes", with_password(std::string(1025, 'p') + "q"), 422,
       "the password cannot be used: the password is longer than 1024 bytes", "value_error", "password"},
      {"a NUL in it", with_password("wonder\\u0000land"), 422,
       "the password cannot be used: the password contains a NUL byte", "value_error", "password"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto asked = read(c.content);
    ASSERT_FALSE(asked);
    const http::Response problem = to_response(asked.error(), Compatibility::rfc6749);
    EXPECT_EQ(problem.status, c.status);
    EXPECT_EQ(boost::json::parse(problem.body).at("detail").as_string(), c.detail);
    const http::Response list = to_response(asked.error(), Compatibility::fastapi);
    EXPECT_EQ(list.status, 422);
    const auto detail = boost::json::parse(list.body).at("detail").as_array();
    ASSERT_FALSE(detail.empty());
    EXPECT_EQ(detail[0].at("type").as_string(), c.type);
    EXPECT_EQ(detail[0].at("loc"), c.member.empty() ? boost::json::array({"body"})
                                                    : boost::json::array({"body", boost::json::string(c.member)}));
    EXPECT_TRUE(detail[0].at("msg").is_string());
    EXPECT_TRUE(detail[0].as_object().contains("input"));
    for (const http::Response* response : {&problem, &list})
      EXPECT_EQ(response->body.find("wonder"), std::string::npos) << "a password is never sent back";
  }
}

TEST(SignUpRequest, TakesJsonAlone) {
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""}) {
    const auto asked = read(R"({"username":"alice","password":"wonder land"})", type);
    ASSERT_FALSE(asked) << type;
    EXPECT_EQ(to_response(asked.error(), Compatibility::rfc6749).status, 415) << type;
    EXPECT_EQ(to_response(asked.error(), Compatibility::fastapi).status, 422) << type;
  }
}

TEST(SignUpRequest, LetsArgon2idHoldWhatBcryptCannot) {
  const std::string content = R"({"username":"alice","password":")" + std::string(100, 'p') + "q\"}";
  EXPECT_TRUE(read(content, "application/json", crypto::PasswordScheme::argon2id));
}

}  // namespace
}  // namespace bearward::endpoint
