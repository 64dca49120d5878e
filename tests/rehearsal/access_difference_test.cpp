#include "rehearsal/access_difference.h"

#include <gtest/gtest.h>

#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// `widened * /a [*] nobody: 401 -> allow`
std::vector<std::string> changes_between(const std::string& before, const std::string& after,
                                         const std::string& settings = "") {
  const auto old_one = snapshot_of("routes:\n" + before, settings);
  const auto new_one = snapshot_of("routes:\n" + after, settings);
  std::vector<std::string> lines;
  if (!old_one || !new_one) return {"no snapshot"};
  const AccessDifference difference = access_difference(*old_one, *new_one);
  EXPECT_TRUE(difference.whole);
  for (const AccessChange& change : difference.changes) {
    const char* const kinds[] = {"widened", "narrowed", "other"};
    lines.push_back(std::string(kinds[static_cast<int>(change.kind)]) + " " + joined(change.methods) + " " +
                    joined(change.paths) + " [" + joined(change.hosts) + "] " + joined(change.callers) + ": " +
                    change.before + " -> " + change.after);
  }
  return lines;
}

std::string route(const std::string& access, const std::string& match = "path: /a") {
  return "  - {name: a, match: {" + match + "}, access: " + access + ", upstream: legacy}\n";
}

TEST(AccessDifference, IsNothingBetweenEquals) {
  const std::string routes = route("{any: [{roles: [x]}, {claims: {sub: \"{p}\"}}]}", "path: \"/a/{p}/**\"") +
                             "  - {name: b, match: {host: \"*.b.test\", path: /**}, access: public, upstream: other}\n";
  EXPECT_EQ(changes_between(routes, routes), std::vector<std::string>{});
}

TEST(AccessDifference, ShowsTheChangeOfAnySingleCondition) {
  struct Case {
    const char* sentence;
    std::string before, after;
    std::vector<std::string> changes;
  };
  const Case cases[] = {
      {"a role more",
       route("{roles: [admin]}"),
       route("{roles: [admin, staff]}"),
       {"widened * /a [*] role staff: 403 -> allow"}},
      {"a role less",
       route("{roles: [admin, staff]}"),
       route("{roles: [admin]}"),
       {"narrowed * /a [*] role staff: allow -> 403"}},
      {"a scope more is asked for",
       route("{scopes: [a]}"),
       route("{scopes: [a, b]}"),
       {"narrowed * /a [*] scope a: allow -> 403"}},
      {"one of the scopes is enough now",
       route("{scopes: [a, b]}"),
       route("{any_scope: [a, b]}"),
       {"widened * /a [*] scope a,scope b: 403 -> allow"}},
      {"everybody who has a token",
       route("{roles: [admin]}"),
       route("authenticated"),
       {"widened * /a [*] anybody with a token: 403 -> allow"}},
      {"everybody", route("authenticated"), route("public"), {"widened * /a [*] nobody: 401 -> allow"}},
      {"nobody any more",
       route("authenticated"),
       route("deny"),
       {"narrowed * /a [*] anybody with a token: allow -> 403"}},
      {"an exception is gone",
       route("{all: [{roles: [admin]}, {not: {users: [mallory]}}]}"),
       route("{roles: [admin]}"),
       {"widened * /a [*] role admin and user mallory: 403 -> allow"}},
      {"hours",
       route("authenticated"),
       route("{time: {days: mon, from: \"09:00\", to: \"17:00\"}}"),
       {"narrowed * /a [*] anybody with a token: allow -> 403"}},
      {"longer hours",
       route("{time: {days: mon, from: \"09:00\", to: \"17:00\"}}"),
       route("{time: {days: mon, from: \"08:00\", to: \"17:00\"}}"),
       {"widened * /a [*] at 2026-01-05T08:00:00Z: 403 -> allow"}},
      {"shadow lets through what was refused",
       route("{roles: [admin]}"),
       "  - {name: a, match: {path: /a}, access: {roles: [admin]}, mode: shadow, upstream: legacy}\n",
       {"widened * /a [*] nobody: 401 -> allow", "widened * /a [*] anybody with a token: 403 -> allow"}},
      {"an address more",
       route("{client_ip: [10.0.0.0/8]}"),
       route("{client_ip: [10.0.0.0/8, 192.168.0.0/16]}"),
       {"widened * /a [*] from 192.168.0.0: 403 -> allow"}},
      {"a certificate instead of a token",
       route("authenticated"),
       route("{client_certificate: {dns: a.test}}"),
       {"widened * /a [*] nobody with a token and certificate dns a.test: 401 -> allow",
        "narrowed * /a [*] anybody with a token: allow -> 403"}},
      {"any certificate will do",
       route("{client_certificate: {dns: a.test}}"),
       route("{client_certificate: {required: true}}"),
       {"widened * /a [*] nobody with a token and a certificate: 401 -> allow",
        "widened * /a [*] a certificate: 403 -> allow"}},
      {"another value of a claim",
       route("{claims: {tenant: [x, y]}}"),
       route("{claims: {tenant: x}}"),
       {"narrowed * /a [*] claim tenant: y: allow -> 403"}},
      {"the person of the path, and anybody of the role now",
       route("{claims: {sub: \"{p}\"}}", "path: \"/a/{p}\""),
       route("{any: [{claims: {sub: \"{p}\"}}, {roles: [admin]}]}", "path: \"/a/{p}\""),
       {"widened * /a/p [*] role admin: 403 -> allow"}},
      {"the other parameter of the path",
       route("{claims: {sub: \"{p}\"}}", "path: \"/a/{p}/{q}\""),
       route("{claims: {sub: \"{q}\"}}", "path: \"/a/{p}/{q}\""),
       {"widened * /a/p/q [*] user q: 403 -> allow", "narrowed * /a/p/q [*] user p: allow -> 403"}},
      {"a method more",
       route("public", "path: /a, methods: GET"),
       route("public", "path: /a, methods: [GET, POST]"),
       {"widened POST /a [*] anybody with a token,nobody: 405 -> allow"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    EXPECT_EQ(changes_between(c.before, c.after), c.changes);
  }
}

TEST(AccessDifference, SeesThatARouteOnlyWatchesNow) {
  const std::string enforced = route("{roles: [admin]}");
  std::string watching = enforced;
  watching.insert(watching.find("upstream"), "mode: shadow, ");
  EXPECT_EQ(changes_between(enforced, watching),
            (std::vector<std::string>{"widened * /a [*] nobody: 401 -> allow",
                                      "widened * /a [*] anybody with a token: 403 -> allow"}));
}

TEST(AccessDifference, FindsWhatARouteTakesFromAnother) {
  const std::string api = "  - {name: api, match: {path: /api/**}, access: {roles: [user]}, upstream: legacy}\n";
  EXPECT_EQ(changes_between(
                api, api + "  - {name: open, match: {path: \"/api/{x}/open\"}, access: public, upstream: legacy}\n"),
            (std::vector<std::string>{"widened * /api/x/open [*] nobody: 401 -> allow",
                                      "widened * /api/x/open [*] anybody with a token: 403 -> allow"}));
  EXPECT_EQ(
      changes_between(
          api, "  - {name: api, match: {host: a.test, path: /api/**}, access: {roles: [user]}, upstream: legacy}\n"),
      (std::vector<std::string>{"narrowed * /api,/api/,/api/other [*] role user: allow -> 404",
                                "other * /api,/api/,/api/other [*] nobody: 401 -> 404",
                                "other * /api,/api/,/api/other [*] anybody with a token: 403 -> 404"}));
  EXPECT_EQ(
      changes_between(api, "  - {name: api, match: {path: \"/api/{a}\"}, access: {roles: [user]}, upstream: legacy}\n"),
      (std::vector<std::string>{"narrowed * /api,/api/,/api/a/,/api/a/other [*] role user: allow -> 404",
                                "other * /api,/api/,/api/a/,/api/a/other [*] nobody: 401 -> 404",
                                "other * /api,/api/,/api/a/,/api/a/other [*] anybody with a token: 403 -> 404"}));
}

TEST(AccessDifference, NamesTheRoutesThatCameAndWent) {
  const auto before = snapshot_of("routes:\n" + route("public"));
  const auto after = snapshot_of("routes:\n  - {name: b, match: {path: /a}, access: public, upstream: legacy}\n");
  ASSERT_TRUE(before && after);
  const AccessDifference difference = access_difference(*before, *after);
  ASSERT_EQ(difference.added.size(), 1U);
  EXPECT_EQ(difference.added[0]->name, "b");
  ASSERT_EQ(difference.removed.size(), 1U);
  EXPECT_EQ(difference.removed[0]->name, "a");
  EXPECT_TRUE(difference.changes.empty()) << "the name alone decides nothing";
}

TEST(AccessDifference, SeesAnEndpointThatHidesARoute) {
  const auto before = snapshot_of("routes:\n" + route("deny", "path: /token"));
  const auto after = snapshot_of("routes:\n" + route("deny", "path: /token"), "endpoints: {token: /token}\n");
  ASSERT_TRUE(before && after);
  const AccessDifference difference = access_difference(*before, *after);
  ASSERT_FALSE(difference.changes.empty());
  for (const AccessChange& change : difference.changes) {
    EXPECT_EQ(change.after, "gateway");
    EXPECT_EQ(change.methods, std::vector<std::string>{"*"});
    EXPECT_EQ(change.paths, std::vector<std::string>{"/token"});
  }
}

TEST(AccessDifference, SeesOneConditionAmongVeryMany) {
  std::string roles, fewer;
  for (int i = 0; i < 40; ++i) {
    roles += (i == 0 ? "" : ", ") + ("r" + std::to_string(i));
    if (i != 17) fewer += (fewer.empty() ? "" : ", ") + ("r" + std::to_string(i));
  }
  EXPECT_EQ(changes_between(route("{roles: [" + roles + "]}"), route("{roles: [" + fewer + "]}")),
            std::vector<std::string>{"narrowed * /a [*] role r17: allow -> 403"});
  std::string all, without;
  for (int i = 0; i < 20; ++i) {
    const std::string each = "{not: {roles: [r" + std::to_string(i) + "]}}";
    all += (i == 0 ? "" : ", ") + each;
    if (i != 7) without += (without.empty() ? "" : ", ") + each;
  }
  EXPECT_EQ(changes_between(route("{all: [" + all + "]}"), route("{all: [" + without + "]}")),
            std::vector<std::string>{"widened * /a [*] role r7: 403 -> allow"});
}

}  // namespace
}  // namespace bearward::rehearsal
