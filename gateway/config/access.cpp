#include <boost/json/array.hpp>

#include "config/json_value.h"
#include "config/routes.h"
#include "config/sections.h"
#include "config/suggest.h"

namespace bearward::config {
namespace {

constexpr std::string_view names_form = "a name, or a list of them";
constexpr std::string_view conditions_form = "a list of conditions";
constexpr std::string_view nested_form = "authenticated, deny or a map of conditions";

/// In the order of condition_kinds.
constexpr Key access_keys[] = {
    {.name = "scopes", .kind = Kind::list, .form = names_form, .description = "the token has all of these scopes"},
    {.name = "any_scope", .kind = Kind::list, .form = names_form, .description = "the token has one of these scopes"},
    {.name = "roles",
     .kind = Kind::list,
     .form = names_form,
     .description = "the user has one of these roles now, whatever the token says"},
    {.name = "users", .kind = Kind::list, .form = names_form, .description = "the user is one of these"},
    {.name = "client_ip",
     .kind = Kind::list,
     .form = "an address or a network such as 10.0.0.0/8, or a list of them",
     .description = "the client's address, believed after trusted_proxies, is in one of these networks"},
    {.name = "client_certificate",
     .kind = Kind::map,
     .form = "a map of what it has to be, or {required: true}",
     .description =
         "the client has shown such a certificate in the TLS handshake; it then needs no token, unless another "
         "condition asks for one"},
    {.name = "time",
     .kind = Kind::map,
     .form = "a map with days, from, to or zone",
     .description = "the time of day and the day of the week are within this window"},
    {.name = "claims",
     .kind = Kind::map,
     .form = "a map of claims and the values that they may have",
     .description =
         "each claim (`a.b` is b inside a) has the value, or one of the list; `{name}` is a parameter of the path"},
    {.name = "all", .kind = Kind::list, .form = conditions_form, .description = "every condition of the list holds"},
    {.name = "any", .kind = Kind::list, .form = conditions_form, .description = "one condition of the list holds"},
    {.name = "not", .kind = Kind::map, .form = nested_form, .description = "the condition does not hold"},
};

constexpr Access::Kind condition_kinds[] = {
    Access::Kind::scopes, Access::Kind::any_scope, Access::Kind::roles,
    Access::Kind::users,  Access::Kind::client_ip, Access::Kind::client_certificate,
    Access::Kind::time,   Access::Kind::claims,    Access::Kind::all,
    Access::Kind::any,    Access::Kind::not_};

Access denied(const Value& value) {
  Access access;
  access.kind = Access::Kind::deny;
  access.place = value.place();
  return access;
}

Access read_word(const Value& value, bool nested) {
  constexpr std::string_view words[] = {"authenticated", "deny", "public"};
  constexpr Access::Kind kinds[] = {Access::Kind::authenticated, Access::Kind::deny, Access::Kind::public_};
  const std::span<const std::string_view> allowed{words, nested ? 2U : 3U};
  const std::string form{nested ? nested_form : "public, authenticated, deny or a map of conditions"};
  Access access = denied(value);
  const auto word = value.text(form);
  if (!word) return access;
  const auto found = std::ranges::find(allowed, *word);
  if (found != allowed.end()) {
    access.kind = kinds[found - allowed.begin()];
  } else if (*word == "public") {
    // Next to a condition it would either do nothing or open the route.
    value.error("found public inside a condition, expected it alone; write access: public");
  } else {
    value.expected(form + (*word == value.written() ? suggest(*word, allowed) : ""));
  }
  return access;
}

std::optional<boost::json::value> read_claim(const Value& value) {
  if (value.node().kind != YamlNode::Kind::list) return read_json_scalar(value);
  const auto items = value.list("a value, or a list of them");
  if (!items) return std::nullopt;
  boost::json::array values;
  for (const Value& item : *items) {
    auto read = read_json_scalar(item);
    if (!read) return std::nullopt;
    values.push_back(std::move(*read));
  }
  return values;
}

bool read_claims(const Value& value, const Key& key, Access& access) {
  const auto entries = value.entries(key.form);
  if (!entries) return false;
  if (entries->empty()) value.expected(key.form);
  for (const auto& [name, item] : *entries) {
    auto claim = read_claim(item);
    if (!claim) return false;
    access.claims.emplace_back(name.written(), std::move(*claim));
  }
  return !entries->empty();
}

bool read_time(const Value& value, Access& access) {
  access.time = read_time_window(value);
  return access.time.has_value();
}

bool read_client_certificate(const Value& value, Access& access) {
  access.certificate = read_wanted_certificate(value);
  return access.certificate.has_value();
}

Access read_conditions(const Value& value, bool nested);

bool read_children(const Value& value, const Key& key, Access& access) {
  if (access.kind == Access::Kind::not_) {
    access.children.push_back(read_conditions(value, true));
    return true;
  }
  const auto items = value.list(key.form);
  if (!items) return false;
  for (const Value& item : *items) access.children.push_back(read_conditions(item, true));
  return true;
}

bool read_names(const Value& value, const Key& key, Access& access) {
  const auto items = value.one_or_more(key.form);
  if (!items) return false;
  bool good = true;
  for (const Value& item : *items) {
    auto name = item.text(key.form);
    good = good && name;
    access.values.push_back(std::move(name).value_or(""));
  }
  return good;
}

Access read_condition(const Value& value, const Key& key, Access::Kind kind) {
  Access access;
  access.kind = kind;
  access.place = value.place();
  const bool nested = kind == Access::Kind::all || kind == Access::Kind::any || kind == Access::Kind::not_;
  const bool good = nested                                     ? read_children(value, key, access)
                    : kind == Access::Kind::claims             ? read_claims(value, key, access)
                    : kind == Access::Kind::time               ? read_time(value, access)
                    : kind == Access::Kind::client_certificate ? read_client_certificate(value, access)
                                                               : read_names(value, key, access);
  // What was wrong has been said once: a condition that nothing more can be said of stands in its place.
  return good ? access : denied(value);
}

Access read_conditions(const Value& value, bool nested) {
  if (value.node().kind == YamlNode::Kind::scalar) return read_word(value, nested);
  if (value.node().kind != YamlNode::Kind::map || value.node().children.empty()) {
    value.expected(nested ? nested_form : "public, authenticated, deny or a map of conditions");
    return denied(value);
  }
  Access all;
  all.kind = Access::Kind::all;
  all.place = value.place();
  const auto map = value.map(access_section);
  if (!map) return denied(value);
  for (std::size_t i = 0; i < std::size(access_keys); ++i) {
    const auto item = map->find(access_keys[i].name);
    if (item) all.children.push_back(read_condition(*item, access_keys[i], condition_kinds[i]));
  }
  if (all.children.empty()) return denied(value);
  return all.children.size() == 1 ? Access{all.children.front()} : all;
}

}  // namespace

constinit const Section access_section{"routes[].access", access_keys};

Access read_access(const Value& value) { return read_conditions(value, false); }

}  // namespace bearward::config
