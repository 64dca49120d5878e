#include "admin/config_json_sections.h"
#include "admin/config_masks.h"
#include "config/quantity.h"

namespace bearward::admin {
namespace {

namespace json = boost::json;
using config::format_duration;

std::string_view to_string(config::GrantType grant) {
  switch (grant) {
    case config::GrantType::refresh_token:
      return "refresh_token";
    case config::GrantType::client_credentials:
      return "client_credentials";
    case config::GrantType::password:
      break;
  }
  return "password";
}

json::object to_json(const config::RegisteredClient& client) {
  json::object shown{{"id", client.id}, {"public", client.is_public}};
  if (!client.is_public) shown["secret"] = masked;
  json::array grants;
  for (const config::GrantType each : client.grants) grants.emplace_back(to_string(each));
  shown["grants"] = std::move(grants);
  add_texts(shown, "scopes", client.scopes);
  return shown;
}

}  // namespace

json::object clients_json(const config::Clients& clients) {
  json::object section{{"public_clients", clients.public_clients}};
  json::array registered;
  for (const config::RegisteredClient& each : clients.registered) registered.push_back(to_json(each));
  if (!registered.empty()) section["registered"] = std::move(registered);
  return section;
}

json::object users_json(const config::Users& users) {
  json::object cache;
  if (users.redis) cache["redis"] = without_password(*users.redis);
  cache["ttl"] = format_duration(users.ttl);
  cache["local_ttl"] = format_duration(users.local_ttl);
  json::object role_scopes;
  for (const auto& [role, scopes] : users.role_scopes) role_scopes[role] = texts_json(scopes);
  return {{"store", "sqlite:" + users.sqlite_path},
          {"cache", std::move(cache)},
          {"role_scopes", std::move(role_scopes)},
          {"password_hash", users.password_hash == config::PasswordHash::bcrypt ? "bcrypt" : "argon2id"}};
}

}  // namespace bearward::admin
