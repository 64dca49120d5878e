#include "config/identity.h"

#include <algorithm>
#include <array>

#include "config/sections.h"
#include "http/field_syntax.h"

namespace bearward::config {
namespace {

constexpr std::string_view presets[] = {"forwarded", "remote", "auth_request"};

constexpr Key identity_keys[] = {
    {.name = "headers",
     .kind = Kind::map,
     .form = "a map of header names and templates, such as X-Forwarded-User: \"{user.username}\"",
     .description = "what upstreams are told; every name is stripped from what clients send, in every spelling"},
    {.name = "preset",
     .kind = Kind::choice,
     .choices = presets,
     .description = "the usual names, written out; headers beside it adds to them and, per name, replaces them"},
    {.name = "forward_authorization",
     .kind = Kind::boolean,
     .otherwise = "false",
     .description = "true: the client's bearer token is sent on too"},
    {.name = "assertion", .not_yet = true},
};

struct PresetField {
  const char* name;
  const char* value;
};
using Preset = std::array<PresetField, 4>;

/// In the order of `presets`. The first: as oauth2-proxy and Traefik's forward auth name them; the second:
/// as Apache's CGI does and Authelia; the third: as nginx's auth_request set-ups do.
constexpr std::array<Preset, 3> preset_fields{{
    {{{"X-Forwarded-User", "{user.username}"},
      {"X-Forwarded-Email", "{user.email}"},
      {"X-Forwarded-Groups", "{user.roles}"},
      {"X-Forwarded-Preferred-Username", "{user.username}"}}},
    {{{"Remote-User", "{user.username}"},
      {"Remote-Groups", "{user.roles}"},
      {"Remote-Name", "{user.full_name}"},
      {"Remote-Email", "{user.email}"}}},
    {{{"X-Auth-Request-User", "{user.username}"},
      {"X-Auth-Request-Email", "{user.email}"},
      {"X-Auth-Request-Groups", "{user.roles}"},
      {"X-Auth-Request-Preferred-Username", "{user.username}"}}},
}};

std::vector<IdentityField> read_headers(const Value& value, std::string_view form) {
  std::vector<IdentityField> fields;
  const auto entries = value.entries(form);
  if (!entries) return fields;
  for (const auto& [name, text] : *entries) {
    if (auto read = text.text("a template such as \"{user.username}\""))
      fields.push_back({std::string{name.written()}, std::move(*read), text.place()});
  }
  return fields;
}

/// The preset's fields that `own` does not name, then `own`.
std::vector<IdentityField> with_preset(const Preset& preset, const Place& place, std::vector<IdentityField> own) {
  std::vector<IdentityField> fields;
  for (const PresetField& field : preset) {
    const auto same_name = [&](const IdentityField& each) { return http::folded_equal(each.name, field.name); };
    if (std::ranges::none_of(own, same_name)) fields.push_back({field.name, field.value, place});
  }
  std::ranges::move(own, std::back_inserter(fields));
  return fields;
}

}  // namespace

constinit const Section identity_section{"identity", identity_keys};

Identity read_identity(const Value& value) {
  Identity identity;
  identity.place = value.place();
  const auto map = value.map(identity_section);
  if (!map) return identity;
  if (const auto headers = map->find("headers"))
    identity.fields = read_headers(*headers, expectation(map->key("headers")));
  if (const auto preset = map->find("preset")) {
    if (const auto position = preset->choice(map->key("preset")))
      identity.fields = with_preset(preset_fields[*position], preset->place(), std::move(identity.fields));
  }
  if (const auto forward = map->find("forward_authorization"))
    identity.forward_authorization = forward->boolean(map->key("forward_authorization"));
  return identity;
}

}  // namespace bearward::config
