#include "policy/route_table.h"

#include <gtest/gtest.h>

#include <random>

#include "policy/percent_encoding.h"
#include "policy/samples.h"

namespace bearward::policy {
namespace {

using Outcome = RouteMatch::Outcome;

/// `host path METHODS`: "* /a/{b} GET,POST"; the line number is its place and the name is the text.
Route route_of(std::string_view text, int line) {
  Route route;
  route.name = text;
  route.place = {"r.yaml", line, 3};
  const std::size_t path = text.find(' ') + 1;
  const std::size_t methods = std::min(text.find(' ', path), text.size());
  const std::string_view host = text.substr(0, path - 1);
  route.host = HostPattern::parse(host == "*" ? "" : host).value();
  route.path = PathPattern::parse(text.substr(path, methods - path)).value();
  for (std::string_view rest = text.substr(methods); !rest.empty();) {
    rest.remove_prefix(1);
    const std::size_t comma = std::min(rest.find(','), rest.size());
    route.methods.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(comma);
  }
  std::ranges::sort(route.methods);
  return route;
}

RouteTable table_of(const std::vector<std::string>& texts, config::Diagnostics& diagnostics) {
  std::vector<Route> routes;
  for (const std::string& text : texts) routes.push_back(route_of(text, static_cast<int>(routes.size()) + 1));
  return RouteTable::compile(std::move(routes), diagnostics);
}

RouteTable table_of(const std::vector<std::string>& texts) {
  config::Diagnostics diagnostics;
  RouteTable table = table_of(texts, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << text_of(diagnostics);
  return table;
}

std::string result_of(const RouteMatch& match) {
  if (match.outcome == Outcome::not_found) return "404";
  if (match.outcome == Outcome::method_not_allowed) return "405 " + match.allow;
  std::string result = match.route->name;
  for (const std::string_view value : match.parameters()) result += " =" + std::string{value};
  return result;
}

TEST(RouteTable, TheMostSpecificRouteThatMatchesDecides) {
  const RouteTable table = table_of({
      "* /**",
      "* /api/**",
      "* /api/reports/{id} GET",
      "* /api/reports/summary GET,HEAD",
      "* /api/people/{username}/**",
      "* /api/people/{username}/cv POST",
      "* /api/people/me/** GET",
      "* /exact",
      "* /dir/",
      "* /m/x GET",
      "* /m/x",
      "* /m/{any} PUT",
      "* /only/get GET,HEAD",
      "* /only/{x} POST",
      "* /{a}/b/{c}/d",
      "* /p/users:delete DELETE",
      "admin.test /**",
      "admin.test /only-here",
      "*.test /wild",
      "*.deep.test /wild",
  });
  struct Case {
    const char* name;
    const char* host;
    const char* path;
    const char* method;
    const char* result;
  };
  const Case cases[] = {
      {"a tail covers the path below", "h", "/api/x/y", "GET", "* /api/**"},
      {"a tail covers the path itself", "h", "/api", "GET", "* /api/**"},
      {"a tail covers the path with a slash", "h", "/api/", "GET", "* /api/**"},
      {"a tail ends at a segment", "h", "/apix", "GET", "* /**"},
      {"the root", "h", "/", "GET", "* /**"},
      {"a literal before a parameter", "h", "/api/reports/summary", "GET", "* /api/reports/summary GET,HEAD"},
      {"a parameter", "h", "/api/reports/7", "GET", "* /api/reports/{id} GET =7"},
      {"a method that is not listed falls through to the wider route", "h", "/api/reports/7", "PUT", "* /api/**"},
      {"HEAD is a method of its own", "h", "/api/reports/7", "HEAD", "* /api/**"},
      {"a literal's method falls through to the parameter's", "h", "/m/x", "PUT", "* /m/x"},
      {"a route that lists methods before one that does not", "h", "/m/x", "GET", "* /m/x GET"},
      {"a literal before the end of a narrower pattern", "h", "/api/people/me/cv", "GET", "* /api/people/me/** GET"},
      {"back from the literal, whose method it is not", "h", "/api/people/me/cv", "POST",
       "* /api/people/{username}/cv POST =me"},
      {"back from two", "h", "/api/people/me/cv", "PUT", "* /api/people/{username}/** =me"},
      {"two parameters", "h", "/x/b/y/d", "GET", "* /{a}/b/{c}/d =x =y"},
      {"parameters of a branch that was left are forgotten", "h", "/x/b/y/e", "GET", "* /**"},
      {"a parameter is never empty", "h", "/api/reports/", "GET", "* /api/**"},
      {"case matters", "h", "/Exact", "GET", "* /**"},
      {"a trailing slash matters", "h", "/exact/", "GET", "* /**"},
      {"a missing trailing slash matters", "h", "/dir", "GET", "* /**"},
      {"a trailing slash that is wanted", "h", "/dir/", "GET", "* /dir/"},
      {"an escape means the character", "h", "/p/users%3Adelete", "DELETE", "* /p/users:delete DELETE"},
      {"an escape is decoded once", "h", "/p/users%253Adelete", "DELETE", "* /**"},
      {"a parameter's value stays encoded", "h", "/api/reports/a%20b", "GET", "* /api/reports/{id} GET =a%20b"},
      {"an exact host before any, whatever the path", "admin.test", "/api/reports/7", "GET", "admin.test /**"},
      {"an exact host before a wildcard", "admin.test", "/wild", "GET", "admin.test /**"},
      {"a wildcard", "x.test", "/wild", "GET", "*.test /wild"},
      {"a wildcard covers several labels", "x.y.test", "/wild", "GET", "*.test /wild"},
      {"the longest wildcard", "x.deep.test", "/wild", "GET", "*.deep.test /wild"},
      {"a wildcard wants a label in front", "test", "/wild", "GET", "* /**"},
      {"a wildcard wants a label that is not empty", ".test", "/wild", "GET", "* /**"},
      {"a wildcard ends at a label", "xtest", "/wild", "GET", "* /**"},
      {"a host whose routes do not match falls through", "x.test", "/exact", "GET", "* /exact"},
      {"no host", "", "/exact", "GET", "* /exact"},
      {"the target of OPTIONS *", "h", "*", "OPTIONS", "404"},
      {"an empty path", "h", "", "GET", "404"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(result_of(table.match(c.host, c.path, c.method)), c.result);
  }
}

TEST(RouteTable, AnswersAnotherMethodWithThoseOfAllRoutesOfThePath) {
  const RouteTable table =
      table_of({"* /a/x GET,HEAD", "* /a/{p} POST", "* /a/** DELETE", "* /b PURGE", "h.test /a/x PATCH"});
  EXPECT_EQ(result_of(table.match("h", "/a/x", "PUT")), "405 DELETE, GET, HEAD, POST");
  EXPECT_EQ(result_of(table.match("h.test", "/a/x", "PUT")), "405 DELETE, GET, HEAD, PATCH, POST");
  EXPECT_EQ(result_of(table.match("h", "/a", "PUT")), "405 DELETE");
  EXPECT_EQ(result_of(table.match("h", "/b", "GET")), "405 PURGE");
  EXPECT_EQ(result_of(table.match("h", "/b", "PURGE")), "* /b PURGE");
  EXPECT_EQ(result_of(table.match("h", "/b", "purge")), "405 PURGE");
  EXPECT_EQ(result_of(table.match("h", "/c", "GET")), "404");
}

TEST(RouteTable, TiesAreErrorsThatNameBothPlaces) {
  struct Case {
    const char* name;
    std::vector<std::string> routes;
    const char* says;  // null: no tie
  };
  const Case cases[] = {
      {"the same path",
       {"* /a", "* /a"},
       "r.yaml:2:3: error: route \"* /a\" (r.yaml:2) ties with route \"* /a\" (r.yaml:1) on any method of */a"},
      {"parameters of other names", {"* /a/{x}", "* /a/{y}"}, "(r.yaml:1)"},
      {"a method in common", {"* /a GET,PUT", "* /a POST,PUT"}, "on PUT of */a"},
      {"two tails", {"* /a/{x}/**", "* /a/{y}/**"}, "ties with"},
      {"the same host in another case", {"H.test /a", "h.TEST /a"}, "ties with"},
      {"the same wildcard", {"*.test /a", "*.test /a"}, "ties with"},
      {"an escape of the same character", {"* /a:b", "* /a%3Ab"}, "ties with"},
      {"other methods", {"* /a GET", "* /a POST"}, nullptr},
      {"listed methods and any", {"* /a GET", "* /a"}, nullptr},
      {"a trailing slash", {"* /a", "* /a/"}, nullptr},
      {"a tail and an end", {"* /a", "* /a/**"}, nullptr},
      {"a literal and a parameter", {"* /a", "* /{x}"}, nullptr},
      {"paths that cross", {"* /a/{x}", "* /{x}/a"}, nullptr},
      {"other hosts", {"a.test /a", "b.test /a"}, nullptr},
      {"a host and its wildcard", {"test /a", "*.test /a"}, nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    config::Diagnostics diagnostics;
    table_of(c.routes, diagnostics);
    EXPECT_EQ(diagnostics.sorted().size(), c.says == nullptr ? 0U : 1U) << text_of(diagnostics);
    if (c.says != nullptr) {
      EXPECT_NE(text_of(diagnostics).find(c.says), std::string::npos) << text_of(diagnostics);
    }
  }
}

TEST(RouteTable, RefusesRoutesThatAPathWouldTakeTooLongToTry) {
  std::vector<std::string> texts;
  for (unsigned mask = 0; mask < 1024; ++mask) {  // every mix of a literal and a parameter at ten places
    std::string text = "* ";
    for (unsigned bit = 0; bit < 10; ++bit) text += (mask >> bit & 1) != 0 ? "/a" : "/{p" + std::to_string(bit) + "}";
    texts.push_back(text);
  }
  config::Diagnostics diagnostics;
  table_of(texts, diagnostics);
  EXPECT_NE(text_of(diagnostics).find("could be compared with 2047 branches"), std::string::npos)
      << text_of(diagnostics);
}

TEST(RouteTable, LeavesOutARouteWhosePathWasRefused) {
  Route broken = route_of("* /a", 1);
  broken.path = PathPattern{};
  config::Diagnostics diagnostics;
  std::vector<Route> routes;
  routes.push_back(std::move(broken));
  const RouteTable table = RouteTable::compile(std::move(routes), diagnostics);
  EXPECT_EQ(result_of(table.match("h", "/", "GET")), "404");
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(RouteTable, WithoutRoutesFindsNothing) {
  EXPECT_EQ(result_of(RouteTable{}.match("h", "/", "GET")), "404");
  EXPECT_TRUE(RouteTable{}.routes().empty());
}

TEST(RouteTable, MatchesVeryLongPathsAndHosts) {
  const RouteTable table = table_of({"* /a/**", "* /{p}/b", "*.test /a"});
  std::string deep = "/a";
  for (int i = 0; i < 5000; ++i) deep += "/x";
  EXPECT_EQ(result_of(table.match("h", deep, "GET")), "* /a/**");
  const std::string long_segment = "/" + std::string(8000, 'x') + "/b";
  EXPECT_EQ(table.match("h", long_segment, "GET").parameters()[0].size(), 8000U);
  EXPECT_EQ(result_of(table.match("h", "/c" + deep, "GET")), "404");
  // No DNS name is that long: it is not taken for one that no route names.
  EXPECT_EQ(result_of(table.match(std::string(300, 'a') + ".test", "/a/b", "GET")), "404");
}

TEST(RouteTable, ListsRoutesMostSpecificFirst) {
  const RouteTable table = table_of({"* /**", "*.test /a", "* /a/{x}", "*.deep.test /a", "* /a/b", "* /a", "b.test /a",
                                     "a.test /a/**", "* /a/** GET", "* /a/**", "a.test /a"});
  std::string order;
  for (const Route* route : table.most_specific_first()) order += route->name + "\n";
  EXPECT_EQ(order,
            "a.test /a\na.test /a/**\nb.test /a\n*.deep.test /a\n*.test /a\n* /a\n* /a/b\n* /a/{x}\n* /a/** GET\n* "
            "/a/**\n* /**\n");
}

// The plain reading of the rule: look at every route, keep the most specific that matches.

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    segments.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

bool host_matches(const HostPattern& host, const std::string& name) {
  if (host.kind == HostPattern::Kind::any) return true;
  if (host.kind == HostPattern::Kind::exact) return host.name == name;
  return name.size() > host.name.size() + 1 && name.ends_with("." + host.name);
}

bool path_matches(const PathPattern& pattern, const std::vector<std::string>& path) {
  if (pattern.tail ? path.size() < pattern.segments.size() : path.size() != pattern.segments.size()) return false;
  for (std::size_t i = 0; i < pattern.segments.size(); ++i) {
    const PathSegment& segment = pattern.segments[i];
    if (segment.kind == PathSegment::Kind::parameter ? path[i].empty() : percent_decoded(path[i]) != segment.text)
      return false;
  }
  return true;
}

/// Greater is more specific. Position by position: past the end 4, literal 3, parameter 2, tail 1.
std::vector<std::size_t> specificity(const Route& route) {
  std::vector<std::size_t> key{route.host.kind == HostPattern::Kind::exact      ? 1000
                               : route.host.kind == HostPattern::Kind::wildcard ? 1 + route.host.name.size()
                                                                                : 0};
  for (const PathSegment& segment : route.path.segments)
    key.push_back(segment.kind == PathSegment::Kind::literal ? 3 : 2);
  key.push_back(route.path.tail ? 1 : 4);
  key.push_back(route.methods.empty() ? 0 : 1);
  return key;
}

std::string naive_result(const std::vector<Route>& routes, const std::string& host, const std::string& path,
                         const std::string& method) {
  const auto segments = split(path);
  const Route* best = nullptr;
  std::vector<std::string> allowed;
  for (const Route& route : routes) {
    if (!host_matches(route.host, host) || !path_matches(route.path, segments)) continue;
    allowed.insert(allowed.end(), route.methods.begin(), route.methods.end());
    if (!route.methods.empty() && std::ranges::find(route.methods, method) == route.methods.end()) continue;
    if (best == nullptr || specificity(route) > specificity(*best)) best = &route;
  }
  if (best != nullptr) {
    std::string result = best->name;
    for (std::size_t i = 0; i < best->path.segments.size(); ++i) {
      if (best->path.segments[i].kind == PathSegment::Kind::parameter) result += " =" + segments[i];
    }
    return result;
  }
  if (allowed.empty()) return "404";
  std::ranges::sort(allowed);
  allowed.erase(std::unique(allowed.begin(), allowed.end()), allowed.end());
  std::string result = "405 ";
  for (const std::string& each : allowed) result += (result.size() > 4 ? ", " : "") + each;
  return result;
}

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  template <std::size_t size>
  std::string one_of(const char* const (&texts)[size]) {
    return texts[below(size)];
  }

 private:
  std::mt19937 engine_;
};

std::string random_route(Random& random) {
  static const char* const hosts[] = {"*", "*", "a.test", "b.a.test", "*.test", "*.a.test"};
  static const char* const literals[] = {"a", "b", "c:d"};
  std::string text = random.one_of(hosts) + " ";
  const std::size_t depth = random.below(5);
  for (std::size_t i = 0; i < depth; ++i) {
    text += "/" + (random.below(3) == 0 ? "{p" + std::to_string(i) + "}" : random.one_of(literals));
  }
  const std::size_t end = random.below(4);
  if (end == 0 || depth == 0) text += random.below(2) == 0 ? "/" : "/**";
  if (end == 1 && depth != 0) text += "/**";
  static const char* const methods[] = {"", "", " GET", " POST", " GET,HEAD"};
  return text + random.one_of(methods);
}

TEST(RouteTable, AgreesWithLookingAtEveryRoute) {
  Random random(20261121);
  static const char* const hosts[] = {"a.test", "b.a.test", "x.b.a.test", "c.test", "other", "test", ""};
  static const char* const segments[] = {"a", "b", "c:d", "c%3Ad", "d", ""};
  static const char* const methods[] = {"GET", "HEAD", "POST", "PUT"};
  std::size_t matched = 0;
  for (int round = 0; round < 300; ++round) {
    // Routes that tie with an earlier one are taken out first, as the loader would refuse them.
    std::vector<std::string> texts;
    for (std::size_t wanted = 1 + random.below(40); wanted != 0; --wanted) {
      texts.push_back(random_route(random));
      config::Diagnostics diagnostics;
      table_of(texts, diagnostics);
      if (diagnostics.has_errors()) texts.pop_back();
    }
    config::Diagnostics diagnostics;
    const RouteTable table = table_of(texts, diagnostics);
    const std::vector<Route> routes(table.routes().begin(), table.routes().end());
    for (int request = 0; request < 60; ++request) {
      std::string path = "/";
      for (std::size_t depth = random.below(6); depth != 0; --depth) {
        if (path.back() != '/') path += '/';
        path += random.one_of(segments);
      }
      const std::string host = random.one_of(hosts);
      const std::string method = random.one_of(methods);
      const RouteMatch match = table.match(host, path, method);
      matched += match.outcome == Outcome::matched ? 1 : 0;
      ASSERT_EQ(result_of(match), naive_result(routes, host, path, method)) << host << " " << path << " " << method;
    }
  }
  EXPECT_GT(matched, 3000U);  // else the requests would prove little
}

}  // namespace
}  // namespace bearward::policy
