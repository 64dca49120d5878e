#include "rehearsal/replay.h"

#include <gtest/gtest.h>

#include "rehearsal/rehearsing.h"

namespace bearward::rehearsal {
namespace {

constexpr const char* candidate = R"(routes:
  - {name: open, match: {path: /open/**}, access: public, upstream: legacy}
  - {name: api, match: {path: /api/**}, access: {roles: [staff]}, upstream: legacy}
  - {name: tenant, match: {path: /tenant}, access: {any: [{claims: {tenant: x}}, {roles: [admin]}]}, upstream: legacy}
  - {name: scoped, match: {host: a.test, path: /scoped}, access: {scopes: [s]}, upstream: legacy}
)";

/// A line of the access log with these members besides the usual ones.
std::string line(const std::string& members) {
  return R"({"time":"2026-11-24T10:00:00.123Z","client_ip":"192.0.2.1","method":"GET",)" + members + "}";
}

struct Replayed {
  std::vector<std::string> changes;
  std::map<std::string, std::uint64_t> not_judged;
  std::uint64_t judged = 0;
};

Replayed replay(const std::vector<std::string>& lines) {
  const auto snapshot = snapshot_of(candidate);
  if (!snapshot) return {};
  Replay replay(*snapshot);
  for (const std::string& each : lines) replay.add(each);
  Replayed result{{}, replay.not_judged(), replay.judged()};
  for (const ReplayChange& change : replay.changes()) {
    result.changes.push_back(std::to_string(change.requests) + " " + change.before + " -> " + change.after + " " +
                             change.route_before + " -> " + change.route_after + ": " + change.examples.front());
  }
  return result;
}

TEST(Replay, FindsWhatWouldBeDecidedOtherwise) {
  struct Case {
    const char* sentence;
    std::string members;
    std::vector<std::string> changes;
  };
  const Case cases[] = {
      {"let through then and now", R"("path":"/api/x","status":200,"route":"api","user":"a","roles":"staff,x")", {}},
      {"an upstream that failed was let through",
       R"("path":"/api/x","status":502,"route":"api","user":"a","roles":"staff","reason":"forward:upstream_failed")",
       {}},
      {"refused now",
       R"("path":"/api/x","status":200,"route":"api","user":"a","roles":"x")",
       {"1 allow -> 403 api -> api: GET /api/x by a"}},
      {"let through now",
       R"("path":"/api/x","status":403,"route":"api","user":"a","roles":"staff","reason":"authorize:roles")",
       {"1 403 -> allow api -> api: GET /api/x by a"}},
      {"still no token", R"("path":"/api/x","status":401,"route":"api","reason":"authenticate:no_token")", {}},
      {"nobody needs a token any more",
       R"("path":"/open/x","status":401,"route":"old","reason":"authenticate:no_token")",
       {"1 401 -> allow old -> open: GET /open/x by nobody"}},
      {"a bad token does no harm any more",
       R"("path":"/open/x","status":401,"route":"old","reason":"authenticate:expired")",
       {"1 401 -> allow old -> open: GET /open/x by nobody"}},
      {"still two tokens",
       R"("path":"/api/x","status":400,"route":"api","reason":"authenticate:several_credentials")",
       {}},
      {"nobody is refused now",
       R"("path":"/api/x","status":200,"route":"old")",
       {"1 allow -> 401 old -> api: GET /api/x by nobody"}},
      {"not found now",
       R"("path":"/gone","status":200,"route":"old","user":"a")",
       {"1 allow -> 404 old -> : GET /gone by a"}},
      {"not found then and now", R"("path":"/gone","status":404,"reason":"match_route:no_route")", {}},
      {"found now, and public",
       R"("path":"/open/x","status":404,"reason":"match_route:no_route","request_id":"id-7")",
       {"1 404 -> allow  -> open: GET /open/x by nobody (id-7)"}},
      {"an endpoint of the gateway's own is gone",
       R"("path":"/token","status":200)",
       {"1 gateway -> 404  -> : GET /token by nobody"}},
      {"by host and scope",
       R"("host":"a.test","path":"/scoped","status":200,"route":"scoped","user":"a","scopes":"r,s")",
       {}},
      {"by host and another scope",
       R"("host":"a.test","path":"/scoped","status":200,"route":"scoped","user":"a","scopes":"r")",
       {"1 allow -> 403 scoped -> scoped: GET a.test/scoped by a"}},
      {"a rule that holds whatever the claim is",
       R"("path":"/tenant","status":200,"route":"tenant","user":"a","roles":"admin")",
       {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sentence);
    const Replayed replayed = replay({line(c.members)});
    EXPECT_EQ(replayed.changes, c.changes);
    EXPECT_EQ(replayed.judged, 1U);
    EXPECT_TRUE(replayed.not_judged.empty());
  }
}

TEST(Replay, CountsTheSameChangeOnce) {
  const std::string refused = line(R"("path":"/api/x","status":200,"route":"api","user":"a","roles":"x")");
  const Replayed replayed = replay({refused, refused, refused, refused, ""});
  EXPECT_EQ(replayed.changes, std::vector<std::string>{"4 allow -> 403 api -> api: GET /api/x by a"});
}

TEST(Replay, CountsWhatItCannotJudge) {
  const Replayed replayed = replay({
      "not json",
      "{}",
      R"({"time":"2026-11-24T10:00:00.123Z","client_ip":"192.0.2.1","status":400,"reason":"read:bare LF"})",
      line(R"("path":"/x","status":200,"client_ip":"nowhere")"),
      line(R"("path":"/api/x","status":404,"reason":"match_route:no_route")"),
      line(R"("path":"/tenant","status":200,"route":"tenant","user":"a","roles":"x")"),
      line(R"("path":"/api/x","status":503,"route":"api","reason":"authenticate:user_store_unavailable")"),
  });
  EXPECT_EQ(replayed.judged, 0U);
  EXPECT_TRUE(replayed.changes.empty());
  const std::map<std::string, std::uint64_t> expected{
      {"no line of a JSON access log", 2},
      {"a request that was refused before it had a path", 1},
      {"no address or no time", 1},
      {"a request whose sender is not in the log, for a route that asks who it is", 1},
      {"a request for a rule about claims that are not in the log", 1},
      {"a request that could not be decided", 1}};
  EXPECT_EQ(replayed.not_judged, expected);
}

}  // namespace
}  // namespace bearward::rehearsal
