// The way of a request allocates nothing in this room: counted by replacing this executable's operator new.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <new>

#include "policy/access.h"
#include "policy/identity_fields.h"
#include "policy/route_table.h"
#include "policy/samples.h"

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc{};
}
// Replaced too, so that what std::stable_sort takes with it is freed as it was made.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace bearward::policy {
namespace {

using Kind = config::Access::Kind;

config::Access condition(Kind kind, std::vector<std::string> values, std::vector<config::Access> children = {}) {
  config::Access access;
  access.kind = kind;
  access.values = std::move(values);
  access.children = std::move(children);
  return access;
}

TEST(NoAllocation, TheCounterCounts) {
  const std::size_t before = allocations;
  const auto text = std::make_unique<std::string>(100, 'x');
  EXPECT_GE(allocations, before + 2);
}

TEST(NoAllocation, OnTheWayOfAnAllowedRequest) {
  config::Diagnostics diagnostics;
  std::vector<Route> routes(2);
  routes[0].path = PathPattern::parse("/api/{username}/with/a/long/path/behind/it/**").value();
  routes[0].methods = {"GET"};
  routes[1].path = PathPattern::parse("/api/**").value();
  routes[1].methods = {"PUT"};
  const RouteTable table = RouteTable::compile(std::move(routes), diagnostics);
  config::Access claims = condition(Kind::claims, {});
  claims.claims = {{"org.owners", "a long name in front of {username}"}};
  const std::vector<std::string> parameters{"username"};
  const AccessRule rule =
      AccessRule::compile(condition(Kind::all, {},
                                    {condition(Kind::scopes, {"a:read"}), condition(Kind::client_ip, {"10.0.0.0/8"}),
                                     claims, condition(Kind::not_, {}, {condition(Kind::users, {"mallory"})})}),
                          parameters, diagnostics);
  config::Identity identity;
  identity.fields = {{"X-User", "{user.username}", {}}, {"X-Roles", "{user.roles}", {}}, {"X-N", "{token.n}", {}}};
  const auto fields = compile_identity(identity, std::vector<config::Route>(1), diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  const auto principal = somebody(R"({"org":{"owners":["x","a long name in front of somebody:else"]},"n":1.25})",
                                  {"a:read"}, {"user", "a role with a rather long name"});
  const http::Field spoofed = field_of("x_user");
  std::array<char, 512> room;
  http::HeadWriter head(room);

  const std::size_t before = allocations;
  const RouteMatch match = table.match("h.test", "/api/somebody%3Aelse/with/a/long/path/behind/it/x/y", "GET");
  const Verdict verdict = evaluate(rule, {principal, match.parameters(), *IpAddress::parse("10.1.2.3"), {}});
  const bool stripped = fields[0].strips(spoofed);
  const auto written = fields[0].write(principal, head);
  const RouteMatch unknown = table.match("h.test", "/a/path/that/nobody/knows/and/that/is/long", "GET");
  const std::size_t after = allocations;

  EXPECT_EQ(after, before);
  EXPECT_EQ(match.outcome, RouteMatch::Outcome::matched);
  EXPECT_EQ(unknown.outcome, RouteMatch::Outcome::not_found);
  EXPECT_TRUE(verdict.allowed);
  EXPECT_TRUE(stripped);
  EXPECT_TRUE(written);
  EXPECT_EQ(head.written(), "X-User: alice\r\nX-Roles: user,a role with a rather long name\r\nX-N: 1.25\r\n");
}

}  // namespace
}  // namespace bearward::policy
