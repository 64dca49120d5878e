#include "config/routes.h"

#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::int64_t milliseconds = 1;
constexpr std::int64_t minutes = 60'000 * milliseconds;
constexpr std::int64_t days = 24 * 60 * minutes;
constexpr std::int64_t TiB = 1024LL * 1024 * 1024 * 1024;
constexpr std::string_view modes[] = {"enforce", "shadow"};

constexpr Key policy_file_keys[] = {
    {.name = "routes",
     .kind = Kind::list,
     .form = "a list of routes, each {name, match, upstream}",
     .required = true,
     .description = "the order of routes and files means nothing: the most specific match decides"},
    {.name = "tests",
     .kind = Kind::list,
     .form = "a list of tests, each {request, expect}",
     .description = "requests and what has to come of them; see [policy-tools.md](policy-tools.md)"},
};

constexpr Key route_keys[] = {
    {.name = "name", .form = "a name", .required = true, .description = "what logs and messages call it; each its own"},
    {.name = "match",
     .kind = Kind::map,
     .form = "a map with path",
     .required = true,
     .description = "the requests that it is for"},
    {.name = "access",
     .kind = Kind::map,
     .form = "public, authenticated, deny or a map of conditions",
     .otherwise = "authenticated",
     .description = "who may: `public`, `authenticated`, `deny`, or a map of the conditions below"},
    {.name = "rate_limit",
     .kind = Kind::map,
     .form = "a map with requests and per",
     .otherwise = "no limit",
     .description = "how often one caller may use it; over it 429 with `Retry-After`"},
    {.name = "upstream", .form = "the name of an upstream", .required = true, .description = "where its requests go"},
    {.name = "rewrite",
     .kind = Kind::map,
     .form = "a map with strip_prefix",
     .description = "changes the path on the way to the upstream"},
    {.name = "request_headers",
     .kind = Kind::map,
     .form = "a map with set or remove",
     .description = "changes the fields that the upstream gets"},
    {.name = "response_headers",
     .kind = Kind::map,
     .form = "a map with set or remove",
     .description = "changes the fields that the client gets"},
    {.name = "identity",
     .kind = Kind::map,
     .form = "a map with headers or preset",
     .description = "adds to the top level's `identity` and, per name, replaces it"},
    {.name = "mode",
     .kind = Kind::choice,
     .choices = modes,
     .otherwise = "enforce",
     .description = "`shadow` lets everybody through, and logs and counts whom `access` would have refused"},
    {.name = "cors",
     .kind = Kind::map,
     .form = "a map with origins",
     .otherwise = "the top level's",
     .description = "which pages of other origins may read its answers; replaces the top level's as a whole"},
    {.name = "limits",
     .kind = Kind::map,
     .form = "a map with request_body",
     .description = "replaces the top level's `limits`, key by key"},
    {.name = "timeouts",
     .kind = Kind::map,
     .form = "a map with connect, response, idle or tunnel",
     .description = "replaces those of the upstream and of `limits`, key by key"},
    {.name = "retries",
     .kind = Kind::number,
     .least = 0,
     .most = 10,
     .otherwise = "the upstream's",
     .description = "further tries, as the upstream's `retries`"},
    {.name = "max_stream_age",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 365 * days,
     .otherwise = "no limit",
     .description =
         "from the response's head to its end; then it is cut. One of open length, or a WebSocket, ends with its token "
         "anyway"},
    {.name = "upgrade",
     .kind = Kind::list,
     .form = "any, none, a protocol such as websocket, or a list of them",
     .otherwise = "any",
     .description = "which protocols a client may switch its connection to; a request for another is an ordinary one. "
                    "`h2c` never is forwarded"},
};

constexpr Key route_limit_keys[] = {
    {.name = "request_body",
     .kind = Kind::size,
     .least = 0,
     .most = TiB,
     .otherwise = "the top level's",
     .description = "the content of a request, which may be more than the top level's; over it 413"},
};

constexpr Key timeout_keys[] = {
    {.name = "connect",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = 5 * minutes,
     .otherwise = "the upstream's connect_timeout",
     .description = "for a connection to stand; then 504"},
    {.name = "response",
     .kind = Kind::duration,
     .least = 10 * milliseconds,
     .most = days,
     .otherwise = "the upstream's response_timeout",
     .description = "from the request's end to the response's head; then 504"},
    {.name = "idle",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = days,
     .otherwise = "limits.idle_timeout",
     .description = "between two reads or writes of content at the upstream; then the response is cut"},
    {.name = "tunnel",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 365 * days,
     .otherwise = "limits.tunnel_timeout",
     .description = "without a byte in either direction of a WebSocket or other tunnel; then it is cut"},
};

constexpr Key match_keys[] = {
    {.name = "host",
     .form = "a host such as api.example.org or *.example.org",
     .otherwise = "any host",
     .description = "without a port; `*.example.org` is one or more labels in front"},
    {.name = "path",
     .form = "a path such as /api/{id}/**",
     .required = true,
     .description = "`{name}` is one segment, `**` at the end is any number of them, none included"},
    {.name = "methods",
     .kind = Kind::list,
     .form = "a method such as GET, or a list of them",
     .otherwise = "any method",
     .description = "in capitals; HEAD is a method of its own"},
};

constexpr Key rewrite_keys[] = {
    {.name = "strip_prefix",
     .form = "a path such as /backoffice",
     .description = "taken off the path's front, at a `/` only"},
};

constexpr Key field_edits_keys[] = {
    {.name = "set", .kind = Kind::map, .form = "a map of header names and values", .description = "set, whatever came"},
    {.name = "remove", .kind = Kind::list, .form = "a header name, or a list of them", .description = "taken out"},
};

std::vector<std::string> read_texts(const Value& value, std::string_view form) {
  std::vector<std::string> texts;
  const auto items = value.one_or_more(form);
  if (!items) return texts;
  for (const Value& item : *items) {
    if (auto text = item.text(form)) texts.push_back(std::move(*text));
  }
  return texts;
}

void read_match(const Value& value, Route& route) {
  route.match_place = value.place();
  const auto map = value.map(match_section);
  if (!map) return;
  map->read("host", route.host);
  map->read("path", route.path);
  if (const auto methods = map->find("methods")) route.methods = read_texts(*methods, expectation(map->key("methods")));
}

template <class T>
void read_optional(const Map& map, std::string_view name, std::optional<T>& out) {
  T value{};
  if (!map.find(name)) return;
  map.read(name, value);
  out = value;
}

void read_limits(const Map& map, RouteLimits& limits) {
  if (const auto value = map.find("limits")) {
    if (const auto keys = value->map(route_limits_section))
      read_optional(*keys, "request_body", limits.request_body_bytes);
  }
  if (const auto value = map.find("timeouts")) {
    if (const auto keys = value->map(timeouts_section)) {
      read_optional(*keys, "connect", limits.connect_timeout);
      read_optional(*keys, "response", limits.response_timeout);
      read_optional(*keys, "idle", limits.idle_timeout);
      read_optional(*keys, "tunnel", limits.tunnel_timeout);
    }
  }
  read_optional(map, "retries", limits.retries);
  read_optional(map, "max_stream_age", limits.max_stream_age);
}

void read_rewrite(const Value& value, Route& route) {
  if (const auto map = value.map(rewrite_section)) map->read("strip_prefix", route.strip_prefix);
}

FieldEdits read_field_edits(const Value& value) {
  FieldEdits edits;
  const auto map = value.map(field_edits_section);
  if (!map) return edits;
  const auto set = map->find("set");
  const auto entries = set ? set->entries(expectation(map->key("set"))) : std::nullopt;
  if (entries) {
    for (const auto& [name, text] : *entries) {
      if (auto read = text.text("the header's value")) edits.set.emplace_back(name.written(), std::move(*read));
    }
  }
  if (const auto remove = map->find("remove")) edits.remove = read_texts(*remove, expectation(map->key("remove")));
  return edits;
}

std::optional<Route> read_route(const Value& value) {
  const auto map = value.map(route_section);
  if (!map) return std::nullopt;
  Route route;
  route.place = value.place();
  if (const auto name = map->find("name")) route.name = name->name().value_or("");
  if (const auto match = map->find("match")) read_match(*match, route);
  if (const auto access = map->find("access")) route.access = read_access(*access);
  if (const auto limit = map->find("rate_limit")) route.rate_limit = read_rate_limit(*limit);
  if (const auto mode = map->find("mode")) route.mode_place = mode->place();
  map->read_choice("mode", route.mode);
  read_limits(*map, route.limits);
  if (const auto upgrade = map->find("upgrade")) route.upgrade = read_upgrades(*upgrade);
  if (const auto upstream = map->find("upstream")) {
    route.upstream = upstream->name().value_or("");
    route.upstream_place = upstream->place();
  }
  if (const auto rewrite = map->find("rewrite")) read_rewrite(*rewrite, route);
  if (const auto fields = map->find("request_headers")) route.request_fields = read_field_edits(*fields);
  if (const auto fields = map->find("response_headers")) route.response_fields = read_field_edits(*fields);
  if (const auto identity = map->find("identity")) route.identity = read_identity(*identity);
  if (const auto cors = map->find("cors")) route.cors = read_cors(*cors);
  // Without these, nothing that a later check said of the route would be new.
  if (route.name.empty() || route.path.empty() || route.upstream.empty()) return std::nullopt;
  return route;
}

}  // namespace

constinit const Section policy_file_section{"policy files", policy_file_keys};
constinit const Section route_section{"routes[]", route_keys};
constinit const Section route_limits_section{"routes[].limits", route_limit_keys};
constinit const Section timeouts_section{"routes[].timeouts", timeout_keys};
constinit const Section match_section{"routes[].match", match_keys};
constinit const Section rewrite_section{"routes[].rewrite", rewrite_keys};
constinit const Section field_edits_section{"routes[].request_headers, routes[].response_headers", field_edits_keys};

void read_policy_file(const Value& value, std::vector<Route>& routes, std::vector<RouteTest>& tests) {
  const auto map = value.map(policy_file_section);
  if (const auto list = map ? map->find("tests") : std::nullopt) read_route_tests(*list, map->key("tests"), tests);
  const auto list = map ? map->find("routes") : std::nullopt;
  // An empty list is a file that is not filled in yet; an empty file may be one that was cut off.
  if (!list || (list->node().kind == YamlNode::Kind::list && list->node().children.empty())) return;
  const auto items = list->list(expectation(map->key("routes")));
  if (!items) return;
  for (const Value& item : *items) {
    if (auto route = read_route(item)) routes.push_back(std::move(*route));
  }
}

}  // namespace bearward::config
