#include "config/users.h"

#include "config/quantity.h"
#include "config/sections.h"
#include "config/url.h"

namespace bearward::config {
namespace {

constexpr std::int64_t milliseconds = 1;
constexpr std::int64_t seconds = 1'000 * milliseconds;
constexpr std::int64_t days = 86'400 * seconds;

constexpr std::string_view store_form = "sqlite:PATH";
constexpr std::string_view redis_form = "redis://[user:password@]host[:port][/database]";
constexpr std::string_view role_scopes_form = "a map of roles and their scopes, such as analyst: [reports:read]";
constexpr std::string_view hashes[] = {"argon2id", "bcrypt"};  // in the order of PasswordHash

constexpr Key user_keys[] = {
    {.name = "store",
     .form = store_form,
     .required = true,
     .description = "the user table: sqlite:PATH, a file that is made when it is missing"},
    {.name = "cache",
     .kind = Kind::map,
     .form = "a map with redis, ttl or local_ttl",
     .description = "what keeps user records between the process and the store"},
    {.name = "password_hash",
     .kind = Kind::choice,
     .choices = hashes,
     .otherwise = "argon2id",
     .description =
         "what new hashes are made with; stored bcrypt, argon2id, scrypt and yescrypt hashes are all verified"},
    {.name = "role_scopes",
     .kind = Kind::map,
     .form = role_scopes_form,
     .otherwise = "no scopes",
     .description = "which scopes a login may ask for, by role; a user has those of all roles"},
};

constexpr Key cache_keys[] = {
    {.name = "redis",
     .form = redis_form,
     .otherwise = "the process cache alone",
     .description = "shared by all nodes; the whole address is a secret: a text or {file: path}"},
    {.name = "ttl",
     .kind = Kind::duration,
     .least = 100 * milliseconds,
     .most = 30 * days,
     .otherwise = "60s",
     .description = "how long Redis keeps a user record"},
    {.name = "local_ttl",
     .kind = Kind::duration,
     .least = 0,
     .most = days,
     .otherwise = "5s",
     .description = "how long a process trusts its own copy while invalidations arrive; never more than ttl"},
};

std::string read_store(const Value& value) {
  // Of postgresql://user:password@host nothing is shown.
  const Value store = value.hidden();
  const auto text = store.text(store_form);
  if (!text) return "";
  constexpr std::string_view scheme = "sqlite:";
  if (text->starts_with("postgresql:") || text->starts_with("postgres:")) {
    store.error("a PostgreSQL user store is not yet supported by this version; use sqlite:PATH");
  } else if (!text->starts_with(scheme)) {
    store.expected(store_form);
  } else if (text->size() == scheme.size() || text->substr(scheme.size()).starts_with(':')) {
    store.error("found no file for store, expected sqlite:PATH; a store in memory would be empty at every start");
  } else {
    return store.resolve(text->substr(scheme.size()));
  }
  return "";
}

std::optional<int> parse_database(std::string_view path) {
  if (path.empty() || path == "/") return 0;
  const auto number = parse_number(path.substr(1));
  if (!number || *number > 65'535) return std::nullopt;
  return static_cast<int>(*number);
}

std::optional<RedisServer> read_redis(const Value& value) {
  const Value hidden = value.hidden();
  const auto text = hidden.secret(redis_form);
  if (!text) return std::nullopt;
  auto url = parse_url(text->value.reveal());
  if (url && url->scheme == "rediss") {
    hidden.error("Redis over TLS (rediss://) is not yet supported by this version; use redis://");
    return std::nullopt;
  }
  const auto database = url ? parse_database(url->path) : std::nullopt;
  if (!url || url->scheme != "redis" || !database) {
    hidden.error("found an address of another form for redis (not shown here), expected " + std::string{redis_form});
    return std::nullopt;
  }
  RedisServer server;
  server.host = url->host;
  server.port = url->port.value_or(server.port);
  server.database = *database;
  server.username = url->user.value_or("");
  server.password = Secret{std::move(url->password).value_or("")};
  server.place = value.place();
  return server;
}

void read_cache(const Value& value, Users& users) {
  const auto map = value.map(user_cache_section);
  if (!map) return;
  if (const auto redis = map->find("redis")) users.redis = read_redis(*redis);
  map->read("ttl", users.ttl);
  map->read("local_ttl", users.local_ttl);
  if (users.local_ttl <= users.ttl) return;
  const auto written = map->find(map->find("local_ttl") ? "local_ttl" : "ttl");
  written->error("found a local_ttl of " + format_duration(users.local_ttl) + " and a ttl of " +
                 format_duration(users.ttl) + ", expected a local_ttl that is not longer");
}

RoleScopes read_role_scopes(const Value& value) {
  RoleScopes role_scopes;
  const auto entries = value.entries(role_scopes_form);
  if (!entries) return role_scopes;
  for (const auto& [role, scopes] : *entries) {
    if (role.written().empty()) role.error("found an empty role for role_scopes, expected a role's name");
    role_scopes[std::string{role.written()}] = read_scopes(scopes, "a list of scopes");
  }
  return role_scopes;
}

}  // namespace

constinit const Section users_section{"users", user_keys};
constinit const Section user_cache_section{"users.cache", cache_keys};

Users read_users(const Value& value) {
  Users users;
  users.place = value.place();
  const auto map = value.map(users_section);
  if (!map) return users;
  if (const auto store = map->find("store")) users.sqlite_path = read_store(*store);
  if (const auto cache = map->find("cache")) read_cache(*cache, users);
  map->read_choice("password_hash", users.password_hash);
  if (const auto scopes = map->find("role_scopes")) users.role_scopes = read_role_scopes(*scopes);
  return users;
}

}  // namespace bearward::config
