#include <gtest/gtest.h>

#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

constexpr std::string_view app = "https://app.example.org";
constexpr std::string_view shop = "https://shop.example.org";
constexpr std::string_view evil = "https://evil.example.org";

std::string origin(std::string_view of) { return "Origin: " + std::string(of) + "\r\n"; }

class CrossOrigin : public SharedSiteTest<CrossOrigin> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("cors", "{origins: [\"https://app.example.org\"]}")
        .routes(
            "  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}\n"
            "  - {name: shop, match: {path: /shop/**, methods: [GET, PUT]}, access: authenticated, upstream: echo,\n"
            "     cors: {origins: [\"https://shop.example.org\"], methods: [PUT], credentials: true}}\n");
  }

 protected:
  static Response preflight(std::string_view path, std::string_view from, std::string_view method) {
    return send(request("OPTIONS", path,
                        origin(from) + "Access-Control-Request-Method: " + std::string(method) +
                            "\r\nAccess-Control-Request-Headers: authorization\r\n"));
  }
  static void expect_no_permission(const Response& response) {
    for (const auto& [name, value] : response.fields.lines())
      EXPECT_FALSE(name.starts_with("Access-Control-")) << name << ": " << value;
  }
};

TEST_F(CrossOrigin, PreflightsAreAnsweredBeforeAuthentication) {
  struct Case {
    const char* path;
    std::string_view from;
  };
  for (const Case& c : {Case{"/api/x", app}, Case{"/token", app}, Case{"/nothing/here", app}, Case{"/shop/x", shop}}) {
    SCOPED_TRACE(c.path);
    const Response response = preflight(c.path, c.from, "PUT");
    EXPECT_EQ(response.status, 204);
    EXPECT_EQ(response.field("Access-Control-Allow-Origin"), c.from);
    EXPECT_NE(response.field("Access-Control-Allow-Methods").find("PUT"), std::string::npos);
    EXPECT_EQ(response.field("Access-Control-Allow-Headers"), "Authorization, Content-Type");
    EXPECT_EQ(response.field("Access-Control-Max-Age"), "600");
  }
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(CrossOrigin, ARoutesOwnReplacesTheTopLevels) {
  EXPECT_EQ(preflight("/shop/x", app, "PUT").status, 403);
  EXPECT_EQ(preflight("/api/x", shop, "PUT").status, 403);
  EXPECT_EQ(preflight("/shop/x", app, "DELETE").status, 204) << "no route: the top level's";
  EXPECT_EQ(preflight("/shop/x", shop, "GET").field("Access-Control-Allow-Credentials"), "true");
}

TEST_F(CrossOrigin, AnOriginThatIsNotAllowedLearnsNothing) {
  for (const char* path : {"/api/x", "/token", "/nothing/here"}) {
    SCOPED_TRACE(path);
    const Response refused = preflight(path, evil, "GET");
    EXPECT_EQ(refused.status, 403);
    expect_no_permission(refused);
    expect_no_permission(send(request("GET", path, origin(evil))));
  }
  const std::string both = origin(app) + origin(evil);
  expect_no_permission(send(request("GET", "/api/x", both)));
  EXPECT_EQ(send(request("OPTIONS", "/api/x", both + "Access-Control-Request-Method: GET\r\n")).status, 403);
}

TEST_F(CrossOrigin, EveryAnswerCanBeReadByThePageThatMayAsk) {
  struct Case {
    const char* name;
    std::string request;
    int status;
  };
  const Case cases[] = {{"allowed", request("GET", "/api/x", origin(app) + bearer(site().token("alice"))), 200},
                        {"no token", request("GET", "/api/x", origin(app)), 401},
                        {"no route", request("GET", "/nothing", origin(app)), 404},
                        {"the token endpoint's own", request("GET", "/token", origin(app)), 405},
                        {"an OPTIONS that is no preflight", request("OPTIONS", "/api/x", origin(app)), 401}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = send(c.request);
    EXPECT_EQ(response.status, c.status);
    EXPECT_EQ(response.field("Access-Control-Allow-Origin"), app);
    EXPECT_NE(response.field("Access-Control-Expose-Headers").find("WWW-Authenticate"), std::string::npos);
    EXPECT_EQ(response.field("Vary"), "Origin");
  }
  EXPECT_EQ(get_as("alice", "/api/x").field("Vary"), "Origin") << "without an Origin too, for caches";
}

TEST_F(CrossOrigin, WhatTheUpstreamSaysGivesWay) {
  upstream().behave([](UpstreamExchange& exchange) {
    exchange.answer("", "Access-Control-Allow-Origin: *\r\naccess-control-allow-credentials: true\r\nVary: Accept\r\n");
  });
  const Response response = get_as("alice", "/api/x", origin(evil));
  EXPECT_EQ(response.status, 200);
  expect_no_permission(response);
  EXPECT_EQ(response.fields.count("Vary"), 2U);
}

}  // namespace
}  // namespace bearward::testing
