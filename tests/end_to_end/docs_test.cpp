#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

class Docs : public SharedSiteTest<Docs> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("endpoints", "{token: [/token, /api/v1/auth/login], docs: [/docs, /api/docs/]}");
  }
};

TEST_F(Docs, ServesAPageThatFetchesNothingFromElsewhere) {
  for (const char* path : {"/docs", "/docs/", "/api/docs/"}) {
    SCOPED_TRACE(path);
    const Response page = send(request("GET", path));
    ASSERT_EQ(page.status, 200);
    EXPECT_EQ(page.field("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.content.find("://"), std::string::npos) << "no outside asset";
    EXPECT_EQ(page.content.find("<script>"), std::string::npos);
    const std::string policy = page.field("Content-Security-Policy");
    EXPECT_NE(policy.find("default-src 'none'; script-src 'self';"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_EQ(page.field("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(page.field("Referrer-Policy"), "no-referrer");
  }
}

TEST_F(Docs, ServesTheFilesOfThePage) {
  for (const char* file :
       {"swagger-ui-bundle.js", "swagger-ui.css", "page.js", "favicon-32x32.png", "swagger-ui-bundle.js.LICENSE.txt"}) {
    SCOPED_TRACE(file);
    const std::string path = "/docs/" + std::string(file);
    const Response whole = send(request("GET", path));
    ASSERT_EQ(whole.status, 200);
    EXPECT_GT(whole.content.size(), 200U);
    EXPECT_NE(whole.field("Content-Type"), "");
    const std::string tag = whole.field("ETag");
    const Response again = send(request("GET", path, "If-None-Match: \"x\", W/" + tag + "\r\n"));
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.field("ETag"), tag);
    EXPECT_EQ(send(request("GET", path, "If-None-Match: \"other\"\r\n")).status, 200);
    RawClient head = client();
    head.send(request("HEAD", path));
    EXPECT_EQ(head.read_response(/*to_head=*/true).field("Content-Length"), std::to_string(whole.content.size()));
  }
  EXPECT_EQ(send(request("GET", "/docs/other")).status, 404);
  EXPECT_EQ(send(request("POST", "/docs")).status, 405);
  EXPECT_EQ(send(request("GET", "/docsx")).status, 404);
}

TEST_F(Docs, DescribeTheEndpointsThatThereAre) {
  const Response response = send(request("GET", "/docs/openapi.json"));
  ASSERT_EQ(response.status, 200);
  EXPECT_EQ(response.field("Content-Type"), "application/json");
  const boost::json::value document = boost::json::parse(response.content);
  EXPECT_EQ(document.at("openapi"), "3.1.0");
  const auto& paths = document.at("paths").as_object();
  EXPECT_EQ(paths.size(), 2U);
  EXPECT_EQ(document.at_pointer("/components/securitySchemes/password/flows/password/tokenUrl"), "/token");
  const auto& first = document.at_pointer("/paths/~1token/post");
  const auto& second = document.at_pointer("/paths/~1api~1v1~1auth~1login/post");
  EXPECT_NE(first.at("operationId"), second.at("operationId"));
  for (const auto& [status, answer] : first.at("responses").as_object()) {
    const auto& content = answer.at("content").as_object();
    const std::string reference(content.begin()->value().at_pointer("/schema/$ref").as_string());
    EXPECT_TRUE(
        document.at("components").at("schemas").as_object().contains(reference.substr(reference.rfind('/') + 1)))
        << status << reference;
  }
}

}  // namespace
}  // namespace bearward::testing
