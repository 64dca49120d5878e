#include "policy/compile_routes.h"

#include <gtest/gtest.h>

#include "policy/samples.h"

namespace bearward::policy {
namespace {

config::Route route(std::string name, int line) {
  config::Route result;
  result.name = std::move(name);
  result.path = "/a/{id}";
  result.upstream = "echo";
  result.place = {"r.yaml", line, 5};
  result.match_place = {"r.yaml", line + 1, 12};
  result.upstream_place = {"r.yaml", line + 2, 15};
  result.access.place = {"r.yaml", line + 3, 13};
  return result;
}

config::Config with(std::vector<config::Route> routes) {
  config::Config config;
  config.upstreams.resize(2);
  config.upstreams[0].name = "orders";
  config.upstreams[1].name = "echo";
  config.routes = std::move(routes);
  return config;
}

TEST(CompileRoutes, MakesThemReadyToServe) {
  config::Route from = route("one", 1);
  from.host = "API.example.org";
  from.methods = {"POST", "GET"};
  from.strip_prefix = "/back%20office/";
  from.request_fields.set = {{"X-Office", "back"}};
  from.response_fields.remove = {"Server"};
  from.identity.emplace();
  from.identity->forward_authorization = true;
  config::Diagnostics diagnostics;
  const auto routes = compile_routes(with({from, route("two", 20)}), diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].host.name, "api.example.org");
  EXPECT_EQ(routes[0].methods, (std::vector<std::string>{"GET", "POST"}));
  EXPECT_EQ(routes[0].path.parameters, (std::vector<std::string>{"id"}));
  EXPECT_EQ(routes[0].upstream_index, 1U);
  EXPECT_EQ(routes[0].strip_prefix, "/back office");
  EXPECT_TRUE(routes[0].forward_authorization);
  EXPECT_TRUE(routes[0].request_fields.drops(field_of("x-office")));
  EXPECT_TRUE(routes[0].response_fields.drops(field_of("server")));
  EXPECT_FALSE(routes[1].forward_authorization);
  EXPECT_TRUE(routes[1].request_fields.empty());
}

TEST(CompileRoutes, TakesForwardAuthorizationFromTheTopUnlessTheRouteSays) {
  config::Config config = with({route("one", 1), route("two", 20)});
  config.identity.forward_authorization = true;
  config.routes[1].identity.emplace();
  config.routes[1].identity->forward_authorization = false;
  config::Diagnostics diagnostics;
  const auto routes = compile_routes(config, diagnostics);
  EXPECT_TRUE(routes[0].forward_authorization);
  EXPECT_FALSE(routes[1].forward_authorization);
}

TEST(CompileRoutes, TakesTheAssertionFromTheTopUnlessTheRouteHasItsOwn) {
  config::Config config = with({route("one", 1), route("two", 20)});
  config.identity.assertion.emplace();
  config.routes[1].identity.emplace();
  config.routes[1].identity->assertion = {"X-Proof", std::chrono::seconds{5}, "orders", {}};
  config::Diagnostics diagnostics;
  const auto routes = compile_routes(config, diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  EXPECT_EQ(routes[0].assertion->header, "X-Bearward-Assertion");
  EXPECT_EQ(routes[0].assertion->audience, "echo") << "the upstream's name";
  EXPECT_EQ(routes[1].assertion->header, "X-Proof");
  EXPECT_EQ(routes[1].assertion->audience, "orders");
  EXPECT_TRUE(routes[0].identity.strips(field_of("x_proof")));
}

TEST(CompileRoutes, WarnsOfEveryRouteThatLetsEverybodyThrough) {
  config::Config config = with({route("one", 1), route("two", 20)});
  for (config::Route& each : config.routes) {
    each.mode = config::Mode::shadow;
    each.mode_place = {"r.yaml", each.place.line + 4, 11};
  }
  config.routes[0].path = "/b";
  config.routes[1].access.kind = config::Access::Kind::deny;
  config::Diagnostics diagnostics;
  compile_routes(config, diagnostics);
  EXPECT_EQ(
      text_of(diagnostics),
      "r.yaml:5:11: warning: route \"one\" is in mode shadow: everybody is let through, whatever its access says; "
      "remove mode to enforce it\n"
      "r.yaml:24:11: warning: route \"two\" is in mode shadow: its access is deny, and EVERYBODY is let through; "
      "remove mode to enforce it\n");
}

TEST(CompileRoutes, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* name;
    void (*change)(config::Route&);
    const char* says;
  };
  const Case cases[] = {
      {"an unknown upstream", [](config::Route& r) { r.upstream = "ehco"; },
       "r.yaml:3:15: error: found upstream \"ehco\", expected one that is declared under upstreams; did you mean "
       "\"echo\"?"},
      {"no upstream", [](config::Route& r) { r.upstream = ""; }, "r.yaml:1:5: error: the route names no upstream"},
      {"a bad path", [](config::Route& r) { r.path = "/a//b"; }, "r.yaml:2:12: error: path \"/a//b\": "},
      {"a bad host", [](config::Route& r) { r.host = "a:1"; }, "r.yaml:2:12: error: found host \"a:1\""},
      {"a method in lower case", [](config::Route& r) { r.methods = {"get"}; },
       "r.yaml:2:12: error: found method \"get\", expected \"GET\""},
      {"no method at all", [](config::Route& r) { r.methods = {"G T"}; }, "r.yaml:2:12: error: found method \"G T\""},
      {"CONNECT", [](config::Route& r) { r.methods = {"CONNECT"}; }, "r.yaml:2:12: error: CONNECT"},
      {"a method twice", [](config::Route& r) { r.methods = {"GET", "GET"}; },
       "r.yaml:2:12: error: a method stands here twice"},
      {"a bad rule", [](config::Route& r) { r.access.kind = config::Access::Kind::roles; },
       "r.yaml:4:13: error: roles: "},
      {"a prefix with a parameter", [](config::Route& r) { r.strip_prefix = "/{x}"; },
       "r.yaml:1:5: error: strip_prefix \"/{x}\""},
      {"a prefix with a tail", [](config::Route& r) { r.strip_prefix = "/x/**"; }, "r.yaml:1:5: error: strip_prefix"},
      {"a prefix without a slash", [](config::Route& r) { r.strip_prefix = "x"; },
       "r.yaml:1:5: error: strip_prefix \"x\""},
      {"a framing field", [](config::Route& r) { r.request_fields.set = {{"Host", "x"}}; },
       "r.yaml:1:5: error: request_headers: \"Host\""},
      {"a framing field of responses", [](config::Route& r) { r.response_fields.remove = {"Content-Length"}; },
       "r.yaml:1:5: error: response_headers: \"Content-Length\""},
      {"a name of a preset that nobody uses",
       [](config::Route& r) { r.request_fields.set = {{"X-Auth-Request-User", "root"}}; }, "is an identity field"},
      {"an assertion in a field of its own headers",
       [](config::Route& r) {
         r.identity.emplace().fields = {{"X-Proof", "{user.username}", {"r.yaml", 8, 9}}};
         r.identity->assertion = {"x_proof", std::chrono::seconds{5}, "", {"r.yaml", 9, 9}};
       },
       "r.yaml:9:9: error: assertion: \"x_proof\" stands here twice"},
      {"an assertion in a field of another block",
       [](config::Route& r) {
         r.identity.emplace().assertion = {"x_top", std::chrono::seconds{5}, "", {"r.yaml", 9, 9}};
       },
       "r.yaml:1:5: error: the assertion's header \"x_top\" is set under headers too"},
      {"an assertion in the field of the credentials",
       [](config::Route& r) {
         r.identity.emplace().assertion = {"Authorization", std::chrono::seconds{5}, "", {"r.yaml", 9, 9}};
       },
       "r.yaml:9:9: error: assertion: \"Authorization\" has a meaning of its own"},
      {"an identity field of another route", [](config::Route& r) { r.request_fields.set = {{"remote_user", "root"}}; },
       "is an identity field"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    config::Config config = with({route("one", 1), route("two", 20)});
    config.routes[1].identity.emplace();
    config.routes[1].identity->fields = {{"Remote-User", "{user.username}", {}}};
    config.identity.fields = {{"X-Top", "{user.username}", {}}};
    c.change(config.routes[0]);
    config::Diagnostics diagnostics;
    EXPECT_EQ(compile_routes(config, diagnostics).size(), 2U);
    EXPECT_EQ(diagnostics.sorted().size(), 1U) << text_of(diagnostics);
    EXPECT_NE(text_of(diagnostics).find(c.says), std::string::npos) << text_of(diagnostics);
  }
}

TEST(CompileRoutes, FindsEveryMistakeInOnePass) {
  config::Config config = with({route("one", 1), route("one", 20)});
  config.routes[0].path = "/a/{id}/**/b";
  config.routes[0].access.kind = config::Access::Kind::claims;
  config.routes[0].access.claims = {{"sub", "{id}"}};  // no mistake, though its path has one
  config.routes[1].upstream = "nobody";
  config.routes[1].methods = {"put"};
  config::Diagnostics diagnostics;
  compile_routes(config, diagnostics);
  const std::string found = text_of(diagnostics);
  EXPECT_EQ(diagnostics.sorted().size(), 4U) << found;
  EXPECT_NE(found.find("r.yaml:20:5: error: found a second route named \"one\", the first is at r.yaml:1"),
            std::string::npos)
      << found;
}

}  // namespace
}  // namespace bearward::policy
