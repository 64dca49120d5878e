#include "config/routes.h"

#include "config/sections.h"

namespace bearward::config {
namespace {

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
    {.name = "mode", .not_yet = true},
    {.name = "cors", .not_yet = true},
    {.name = "limits", .not_yet = true},
    {.name = "timeouts", .not_yet = true},
    {.name = "retries", .not_yet = true},
    {.name = "max_stream_age", .not_yet = true},
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
  if (const auto upstream = map->find("upstream")) {
    route.upstream = upstream->name().value_or("");
    route.upstream_place = upstream->place();
  }
  if (const auto rewrite = map->find("rewrite")) read_rewrite(*rewrite, route);
  if (const auto fields = map->find("request_headers")) route.request_fields = read_field_edits(*fields);
  if (const auto fields = map->find("response_headers")) route.response_fields = read_field_edits(*fields);
  if (const auto identity = map->find("identity")) route.identity = read_identity(*identity);
  // Without these, nothing that a later check said of the route would be new.
  if (route.name.empty() || route.path.empty() || route.upstream.empty()) return std::nullopt;
  return route;
}

}  // namespace

constinit const Section policy_file_section{"policy files", policy_file_keys};
constinit const Section route_section{"routes[]", route_keys};
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
