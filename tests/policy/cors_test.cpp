#include "policy/cors.h"

#include <gtest/gtest.h>

#include "support/made_request.h"

namespace bearward::policy {
namespace {

Cors of(std::vector<std::string> origins) {
  config::Cors cors;
  cors.origins = std::move(origins);
  return Cors(cors);
}

TEST(Cors, AllowsExactlyTheOriginsNamed) {
  struct Case {
    const char* configured;
    const char* origin;
    bool allowed;
  };
  const Case cases[] = {{"https://a.test", "https://a.test", true},
                        {"https://a.test", "http://a.test", false},
                        {"https://a.test", "https://a.test:8443", false},
                        {"https://a.test", "https://a.test.evil.test", false},
                        {"https://a.test", "https://A.test", false},
                        {"https://a.test", "null", false},
                        {"https://a.test", "", false},
                        {"https://*.a.test", "https://b.a.test", true},
                        {"https://*.a.test", "https://c.b.a.test", true},
                        {"https://*.a.test", "https://a.test", false},
                        {"https://*.a.test", "https://.a.test", false},
                        {"https://*.a.test", "https://evil.test/.a.test", false},
                        {"https://*.a.test", "https://evil.test#.a.test", false},
                        {"https://*.a.test", "https://b.a.test:8443", false},
                        {"https://*.a.test:8443", "https://b.a.test:8443", true},
                        {"*", "https://whoever.test", true},
                        {"*", "null", true},
                        {"*", "", false}};
  for (const Case& c : cases) EXPECT_EQ(of({c.configured}).allows(c.origin), c.allowed) << c.configured << c.origin;
}

TEST(Cors, WritesTheFieldsOfAnAnswer) {
  const std::string exposed =
      "Access-Control-Expose-Headers: Retry-After, WWW-Authenticate, X-Request-Id, RateLimit-Limit, "
      "RateLimit-Remaining, RateLimit-Reset\r\n";
  EXPECT_EQ(of({"https://a.test"}).answer_fields("https://a.test"),
            "Access-Control-Allow-Origin: https://a.test\r\n" + exposed + "Vary: Origin\r\n");
  EXPECT_EQ(of({"https://a.test"}).answer_fields("https://b.test"), "Vary: Origin\r\n");
  EXPECT_EQ(of({"https://a.test"}).answer_fields(""), "Vary: Origin\r\n");
  EXPECT_EQ(of({"*"}).answer_fields("https://b.test"), "Access-Control-Allow-Origin: *\r\n" + exposed);
  config::Cors with_credentials;
  with_credentials.origins = {"https://a.test"};
  with_credentials.credentials = true;
  with_credentials.expose.clear();
  EXPECT_EQ(
      Cors(with_credentials).answer_fields("https://a.test"),
      "Access-Control-Allow-Origin: https://a.test\r\nAccess-Control-Allow-Credentials: true\r\nVary: Origin\r\n");
}

TEST(Cors, AnswersAPreflight) {
  const std::string vary = "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\r\n";
  EXPECT_EQ(of({"https://a.test"}).preflight_fields({"https://a.test", "DELETE", "x-other"}),
            "Access-Control-Allow-Origin: https://a.test\r\n"
            "Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE\r\n"
            "Access-Control-Allow-Headers: Authorization, Content-Type\r\nAccess-Control-Max-Age: 600\r\n" +
                vary);
  config::Cors any;
  any.origins = any.methods = any.headers = {"*"};
  EXPECT_EQ(Cors(any).preflight_fields({"https://a.test", "PURGE", "x-a, authorization"}),
            "Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Methods: PURGE\r\n"
            "Access-Control-Allow-Headers: x-a, authorization\r\nAccess-Control-Max-Age: 600\r\n" +
                vary);
  EXPECT_NE(Cors(any).preflight_fields({"https://a.test", "GET", "x-a; b"}).find("Allow-Headers: *\r\n"),
            std::string::npos)
      << "what is no list of names is not repeated";
}

TEST(ReadPreflight, KnowsOneFromAnyOtherRequest) {
  using testing::MadeRequest;
  const MadeRequest::FieldLines whole = {
      {"Origin", "https://a.test"}, {"access-control-request-method", "PUT"}, {"Access-Control-Request-Headers", "a"}};
  const MadeRequest request("OPTIONS", "/x", whole);
  const auto preflight = read_preflight(request.head);
  ASSERT_TRUE(preflight.has_value());
  EXPECT_EQ(preflight->origin, "https://a.test");
  EXPECT_EQ(preflight->method, "PUT");
  EXPECT_EQ(preflight->headers, "a");
  EXPECT_FALSE(read_preflight(MadeRequest("GET", "/x", whole).head));
  EXPECT_FALSE(read_preflight(MadeRequest("OPTIONS", "/x", {whole[0]}).head));
  EXPECT_FALSE(read_preflight(MadeRequest("OPTIONS", "/x", {whole[1]}).head));
}

}  // namespace
}  // namespace bearward::policy
