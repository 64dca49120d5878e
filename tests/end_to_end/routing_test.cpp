#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <string>

#include "support/site.h"

namespace bearward::testing {
namespace {

class Routing : public SharedSiteTest<Routing> {
 public:
  static void configure(GatewayConfig& config) {
    config.set("trusted_proxies", "[127.0.0.1/32]");
    config.routes(R"(
  - {name: root, match: {path: /}, access: public, upstream: echo}
  - {name: health, match: {path: /public/**, methods: [GET, HEAD]}, access: public, upstream: echo}
  - {name: api, match: {path: /api/**}, access: authenticated, upstream: echo}
  - {name: exact, match: {path: /api/exact}, access: deny, upstream: echo}
  - {name: slash, match: {path: /api/exact/}, access: {roles: [admin]}, upstream: echo}
  - name: people
    match: {path: "/api/people/{username}/**"}
    access: {any: [{claims: {sub: "{username}"}}, {roles: [admin]}]}
    upstream: echo
  - {name: me, match: {path: /api/people/me}, access: authenticated, upstream: echo}
  - {name: sales, match: {path: /api/sales, methods: [POST]}, access: {roles: [sales]}, upstream: echo}
  - {name: named, match: {path: /api/named}, access: {users: [root]}, upstream: echo}
  - name: office
    match: {host: admin.gateway.test, path: /**}
    access: {all: [{roles: [admin]}, {client_ip: [127.0.0.0/8, 10.0.0.0/8]}, {not: {users: [mallory]}}]}
    upstream: echo
    rewrite: {strip_prefix: /backoffice}
    request_headers: {set: {X-Office: back}, remove: [X-Debug]}
    response_headers: {set: {X-Served-By: office}, remove: [Server]}
    identity: {headers: {Remote-User: "{user.username}"}}
  - {name: any-tenant, match: {host: "*.tenants.test", path: /**}, access: public, upstream: echo}
)");
  }

 protected:
  static std::string request_to(const std::string& host, const std::string& target, const std::string& fields = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n";
  }
};

TEST_F(Routing, TheMostSpecificRouteDecides) {
  struct Case {
    const char* name;
    std::string_view user;  // empty: nobody
    std::string_view target;
    int status;
  };
  const Case cases[] = {
      {"nothing matches", "alice", "/nothing", 404},
      {"nothing matches, and nobody asks", "", "/nothing", 404},
      {"the case of a path counts", "alice", "/API/x", 404},
      {"the root alone", "", "/", 200},
      {"** covers the folder itself", "alice", "/api", 200},
      {"and with its slash", "alice", "/api/", 200},
      {"and all below", "alice", "/api/a/b/c", 200},
      {"but not a name that begins alike", "alice", "/apis", 404},
      {"a literal comes before **", "alice", "/api/exact", 403},
      {"deny is for everybody", "root", "/api/exact", 403},
      {"deny asks who you are first", "", "/api/exact", 401},
      {"a trailing slash is another path", "alice", "/api/exact/", 403},
      {"of another rule", "root", "/api/exact/", 200},
      {"a parameter is the caller's own name", "alice", "/api/people/alice/cv", 200},
      {"the parameter covers its folder", "alice", "/api/people/alice", 200},
      {"a parameter is somebody else's name", "alice", "/api/people/root/cv", 403},
      {"the other branch of any", "root", "/api/people/alice/cv", 200},
      {"a literal comes before a parameter", "alice", "/api/people/me", 200},
      {"users", "root", "/api/named", 200},
      {"users, another", "alice", "/api/named", 403},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Response response = c.user.empty() ? send(request("GET", c.target)) : get_as(c.user, c.target);
    EXPECT_EQ(response.status, c.status) << c.target;
    EXPECT_EQ(upstream().requests().size(), c.status == 200 ? 1 : 0);
    if (c.status != 200) {
      EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
    }
    upstream().start_over();
  }
}

TEST_F(Routing, AnswersAnotherMethodWith405AndTheAllowedOnes) {
  const Response response = send(request("DELETE", "/public/x"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.field("Allow"), "GET, HEAD");
  EXPECT_EQ(response.field("Content-Type"), "application/problem+json");
  EXPECT_EQ(upstream().received_bytes(), 0);
}

TEST_F(Routing, AMethodsRouteLeavesOtherMethodsToTheWiderRoute) {
  EXPECT_EQ(get_as("root", "/api/sales").status, 200) << "the route of /api/** takes GET";
  const std::string token = bearer(site().token("root"));
  EXPECT_EQ(send(request("POST", "/api/sales", token, "x")).status, 403);
  EXPECT_EQ(send(request("POST", "/api/sales", bearer(site().token("alice")), "x")).status, 200);
}

TEST_F(Routing, HostsComeFirst) {
  const std::string root = bearer(site().token("root"));
  const std::string alice = bearer(site().token("alice"));
  struct Case {
    const char* name;
    std::string request;
    int status;
  };
  const Case cases[] = {
      {"another host's rule is not this one's", request_to("admin.gateway.test", "/public/x"), 401},
      {"its own rule", request_to("admin.gateway.test", "/public/x", root), 200},
      {"its own rule, refused", request_to("admin.gateway.test", "/public/x", alice), 403},
      {"the case of a host does not count", request_to("ADMIN.Gateway.Test", "/x", alice), 403},
      {"nor does the port", request_to("admin.gateway.test:8443", "/x", alice), 403},
      {"nor the root's dot", request_to("admin.gateway.test.", "/x", alice), 403},
      {"the host of an absolute target",
       "GET http://admin.gateway.test/x HTTP/1.1\r\nHost: admin.gateway.test\r\n" + alice + "\r\n", 403},
      {"a wildcard", request_to("a.tenants.test", "/x"), 200},
      {"of several labels", request_to("a.b.tenants.test", "/x"), 200},
      {"but not of none", request_to("tenants.test", "/x"), 404},
      {"X-Forwarded-Host routes nothing",
       request_to("gateway.test", "/x", "X-Forwarded-Host: admin.gateway.test\r\n" + root), 404},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(send(c.request).status, c.status);
  }
}

TEST_F(Routing, JudgesTheAddressThatATrustedProxyTells) {
  const std::string root = bearer(site().token("root"));
  EXPECT_EQ(send(request_to("admin.gateway.test", "/x", root + "X-Forwarded-For: 10.1.2.3\r\n")).status, 200);
  EXPECT_EQ(send(request_to("admin.gateway.test", "/x", root + "X-Forwarded-For: 192.0.2.1\r\n")).status, 403);
  EXPECT_EQ(send(request_to("admin.gateway.test", "/x", root + "X-Forwarded-For: 10.1.2.3, 192.0.2.1\r\n")).status, 403)
      << "what stands left of the first untrusted address is anybody's word";
}

TEST_F(Routing, RewritesAndEditsAsTheRouteSays) {
  upstream().behave([](UpstreamExchange& exchange) { exchange.answer("x", "Server: legacy/1.0\r\nX-Kept: yes\r\n"); });
  const Response response =
      send(request_to("admin.gateway.test", "/backoffice/list?all",
                      bearer(site().token("root")) + "X-Debug: 1\r\nX_Debug: 1\r\nX-Office: front\r\n"));
  ASSERT_EQ(response.status, 200);
  const RecordedRequest seen = upstream().last();
  EXPECT_EQ(seen.target, "/list?all");
  EXPECT_EQ(seen.field("Remote-User"), "root");
  EXPECT_EQ(seen.field("X-Forwarded-User"), "root") << "the top level's fields stay";
  EXPECT_EQ(seen.field("X-Office"), "back");
  EXPECT_EQ(seen.fields.count_folded("X-Office"), 1);
  EXPECT_EQ(seen.fields.count_folded("X-Debug"), 0);
  EXPECT_EQ(response.field("X-Served-By"), "office");
  EXPECT_FALSE(response.fields.find("Server"));
  EXPECT_EQ(response.field("X-Kept"), "yes");
}

TEST_F(Routing, AskAboutAPermissionAfterTheTokenOnly) {
  const Response response = send(request_to("admin.gateway.test", "/x"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.field("WWW-Authenticate"), "Bearer");
  EXPECT_TRUE(get_as("alice", "/api/named").field("WWW-Authenticate").empty()) << "no challenge opens this door";
}

}  // namespace
}  // namespace bearward::testing
