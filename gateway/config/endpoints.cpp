#include "config/endpoints.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "config/quote.h"
#include "config/sections.h"
#include "http/target.h"

namespace bearward::config {
namespace {

constexpr std::string_view path_form = "a path such as /token, or a list of them";

/// Each answers on paths of its own; a list serves several. In the order of Endpoint.
constexpr Key endpoint_keys[] = {
    {.name = "token",
     .form = path_form,
     .otherwise = "no token endpoint",
     .description = "where tokens are issued (RFC 6749 §3.2)"},
    {.name = "sign_up",
     .form = path_form,
     .otherwise = "nobody can sign up",
     .description = "where strangers become users: POST with JSON username, password, email, full_name"},
    {.name = "me",
     .form = path_form,
     .otherwise = "no such path",
     .description = "tells who sends a token whom the gateway takes them for"},
    {.name = "revoke", .not_yet = true},
    {.name = "introspect", .not_yet = true},
    {.name = "jwks", .not_yet = true},
    {.name = "metadata", .not_yet = true},
    {.name = "docs",
     .form = path_form,
     .otherwise = "no such path",
     .description = "the gateway's OpenAPI document, at openapi.json below it, and a page to try it; every path below "
                    "belongs to it"},
};

/// Requests are matched after normalisation, so a path that is not normal would never be asked for.
bool is_normal_path(std::string path) {
  const std::string written = path;
  const auto target = http::parse_target(path);
  return target && target->path == written && written.starts_with('/');
}

/// What the docs page is made of lies below its path.
bool is_below(std::string_view path, std::string_view docs) {
  if (docs.ends_with('/')) docs.remove_suffix(1);
  return path.starts_with(docs) && path.substr(docs.size()).starts_with('/');
}

class EndpointPaths {
 public:
  void read(const Map& map, Endpoint endpoint, std::vector<Endpoints::Path>& paths) {
    const auto value = map.find(endpoint_keys[static_cast<std::size_t>(endpoint)].name);
    const auto items = value ? value->one_or_more(path_form) : std::nullopt;
    if (!items) return;
    for (const Value& item : *items) {
      auto path = read_path(item);
      if (path && *path == "/" && endpoint == Endpoint::docs) {
        item.expected("a path of its own such as /docs: everything below it belongs to it");
      } else if (path) {
        paths.push_back({std::move(*path), endpoint});
      }
    }
  }

 private:
  std::optional<std::string> read_path(const Value& item) {
    auto path = item.text(path_form);
    if (!path) return std::nullopt;
    if (!is_normal_path(*path)) {
      item.expected("a normalised path such as /token: no \"//\", \"..\", query or needless %-escape");
      return std::nullopt;
    }
    const auto [first, is_new] = lines_.emplace(*path, item.place().line);
    if (is_new) return path;
    item.error("found the endpoint path " + in_quotes(*path) + " again, expected it once; line " +
               std::to_string(first->second) + " has it too");
    return std::nullopt;
  }

  std::unordered_map<std::string, int> lines_;
};

}  // namespace

constinit const Section endpoints_section{"endpoints", endpoint_keys};

Endpoints read_endpoints(const Value& value) {
  Endpoints endpoints;
  endpoints.place = value.place();
  const auto map = value.map(endpoints_section);
  if (!map) return endpoints;
  EndpointPaths reader;
  for (std::size_t i = 0; i < std::size(endpoint_keys); ++i)
    reader.read(*map, static_cast<Endpoint>(i), endpoints.paths);
  return endpoints;
}

std::string_view to_string(Endpoint endpoint) { return endpoint_keys[static_cast<std::size_t>(endpoint)].name; }

const Endpoint* Endpoints::find(std::string_view path) const {
  const Endpoint* docs = nullptr;
  for (const Path& each : paths) {
    if (each.path == path) return &each.endpoint;
    if (each.endpoint == Endpoint::docs && is_below(path, each.path)) docs = &each.endpoint;
  }
  return docs;
}

std::vector<std::string_view> Endpoints::paths_of(Endpoint endpoint) const {
  std::vector<std::string_view> found;
  for (const Path& each : paths) {
    if (each.endpoint == endpoint) found.push_back(each.path);
  }
  return found;
}

}  // namespace bearward::config
