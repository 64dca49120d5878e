#include "config/cors.h"

#include <algorithm>

#include "config/quote.h"
#include "config/sections.h"
#include "http/field_syntax.h"

namespace bearward::config {
namespace {

constexpr std::string_view origins_form = "an origin such as https://app.example.org, or a list of them";
constexpr std::string_view methods_form = "a method such as GET, or a list of them";
constexpr std::string_view headers_form = "a header name, or a list of them";

constexpr Key cors_keys[] = {
    {.name = "origins",
     .kind = Kind::list,
     .form = origins_form,
     .required = true,
     .description =
         "whose pages may read answers, as browsers write them; `https://*.example.org` is one or more labels "
         "in front; `*` is every page"},
    {.name = "methods",
     .kind = Kind::list,
     .form = methods_form,
     .otherwise = "GET, HEAD, POST, PUT, PATCH and DELETE",
     .description = "what such pages may send; `*` is any"},
    {.name = "headers",
     .kind = Kind::list,
     .form = headers_form,
     .otherwise = "Authorization and Content-Type",
     .description = "what such pages may set beside what every page may; `*` is any"},
    {.name = "expose",
     .kind = Kind::list,
     .form = headers_form,
     .otherwise = "Retry-After, WWW-Authenticate, X-Request-Id and the RateLimit fields",
     .description = "what such pages may read beside what every page may"},
    {.name = "credentials",
     .kind = Kind::boolean,
     .otherwise = "false",
     .description = "`true`: browsers may send cookies along; bearer tokens do not need it"},
    {.name = "max_age",
     .kind = Kind::duration,
     .least = 0,
     .most = 86'400'000,
     .otherwise = "10m",
     .description = "how long browsers keep the answer to a preflight"},
};

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view{".-[]:_"}.contains(c);
}

/// Says what is wrong with an origin, or "". RFC 6454 §6.2: scheme, host and, unless it is the scheme's, port.
std::string_view objection(std::string_view origin) {
  if (origin == "null") return "another origin: null is that of every sandboxed page";
  const std::size_t colon = origin.find("://");
  if (colon == std::string_view::npos || colon == 0) return "a scheme and a host, such as https://app.example.org";
  std::string_view host = origin.substr(colon + 3);
  if (host.starts_with("*.")) host.remove_prefix(2);
  if (host.empty() || host.contains('/')) return "no path behind the host, not even a slash: browsers send none";
  if (!std::ranges::all_of(host, is_host_character) ||
      !std::ranges::all_of(origin.substr(0, colon), [](char c) { return is_host_character(c) || c == '+'; })) {
    return "lower-case letters, and a * only as the first label: https://*.example.org";
  }
  const bool default_port = (origin.starts_with("http://") && origin.ends_with(":80")) ||
                            (origin.starts_with("https://") && origin.ends_with(":443"));
  if (default_port) return "no default port: browsers leave it out";
  return "";
}

std::vector<std::string> read_origins(const Value& value) {
  std::vector<std::string> origins;
  const auto items = value.one_or_more(origins_form);
  if (!items) return origins;
  for (const Value& item : *items) {
    auto text = item.text(origins_form);
    if (!text) continue;
    if (*text != "*") {
      if (const std::string_view wrong = objection(*text); !wrong.empty()) {
        item.expected(wrong);
        continue;
      }
    } else if (items->size() > 1) {
      item.expected("* alone, or origins");
    }
    origins.push_back(std::move(*text));
  }
  return origins;
}

void read_names(const Map& map, std::string_view key, std::vector<std::string>& names) {
  const auto value = map.find(key);
  if (!value) return;
  const std::string form = expectation(map.key(key));
  names.clear();
  // An empty list says that there is none.
  if (value->node().kind == YamlNode::Kind::list && value->node().children.empty()) return;
  const auto items = value->one_or_more(form);
  if (!items) return;
  for (const Value& item : *items) {
    auto text = item.text(form);
    if (!text) continue;
    if (!http::is_token(*text)) {
      item.expected(form);
    } else {
      names.push_back(std::move(*text));
    }
  }
}

}  // namespace

constinit const Section cors_section{"cors, routes[].cors", cors_keys};

Cors read_cors(const Value& value) {
  Cors cors;
  const auto map = value.map(cors_section);
  if (!map) return cors;
  if (const auto origins = map->find("origins")) cors.origins = read_origins(*origins);
  read_names(*map, "methods", cors.methods);
  read_names(*map, "headers", cors.headers);
  read_names(*map, "expose", cors.expose);
  map->read("credentials", cors.credentials);
  map->read("max_age", cors.max_age);
  if (cors.credentials && std::ranges::find(cors.origins, "*") != cors.origins.end()) {
    map->find("credentials")
        ->error(
            "found credentials: true with origins: \"*\", expected origins by name: every page could act as the user");
  }
  return cors;
}

}  // namespace bearward::config
