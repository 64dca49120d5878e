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
    {.name = "assertion",
     .kind = Kind::map,
     .form = "a map with header, ttl or audience",
     .description =
         "a short-lived token of the gateway's own beside the headers, for upstreams that verify signatures; "
         "{} for one as usual"},
};

constexpr std::int64_t seconds = 1'000;

constexpr Key assertion_keys[] = {
    {.name = "header",
     .form = "a header name",
     .otherwise = "X-Bearward-Assertion",
     .description = "the header that carries it; stripped from what clients send"},
    {.name = "ttl",
     .kind = Kind::duration,
     .least = 2 * seconds,
     .most = 600 * seconds,
     .otherwise = "30s",
     .description = "how long it is good for; one is used again for the same caller until half of that is over"},
    {.name = "audience", .form = "a text", .otherwise = "the upstream's name", .description = "its `aud`"},
};

struct PresetField {
  std::string_view name;
  std::string_view value;
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
    if (std::ranges::none_of(own, same_name))
      fields.push_back({std::string{field.name}, std::string{field.value}, place});
  }
  std::ranges::move(own, std::back_inserter(fields));
  return fields;
}

Assertion read_assertion(const Value& value) {
  Assertion assertion;
  assertion.place = value.place();
  const auto map = value.map(assertion_section);
  if (!map) return assertion;
  map->read("header", assertion.header);
  map->read("ttl", assertion.ttl);
  map->read("audience", assertion.audience);
  return assertion;
}

}  // namespace

std::span<const std::string_view> usual_identity_names() {
  static const auto names = [] {
    std::array<std::string_view, preset_fields.size() * std::tuple_size_v<Preset> + 1> all{"X-Bearward-Assertion"};
    std::size_t count = 1;
    for (const Preset& preset : preset_fields) {
      for (const PresetField& field : preset) all[count++] = field.name;
    }
    return all;
  }();
  return names;
}

constinit const Section identity_section{"identity", identity_keys};
constinit const Section assertion_section{"identity.assertion", assertion_keys};

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
  if (const auto assertion = map->find("assertion")) identity.assertion = read_assertion(*assertion);
  return identity;
}

}  // namespace bearward::config
