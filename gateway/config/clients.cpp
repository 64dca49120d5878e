#include "config/clients.h"

#include <algorithm>
#include <unordered_map>

#include "config/quote.h"
#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view grants[] = {"password", "refresh_token", "client_credentials"};  // in the order of GrantType
constexpr std::string_view scopes_form = "a list of scopes";
/// RFC 6749 §10.10 asks for one that nobody guesses.
constexpr std::size_t least_secret_bytes = 16;

constexpr Key client_keys[] = {
    {.name = "public_clients",
     .kind = Kind::boolean,
     .otherwise = "true",
     .description = "true: whoever logs a user in need not be a registered client"},
    {.name = "registered",
     .kind = Kind::list,
     .form = "a list of clients, each {id, secret, grants} or {id, public: true, grants}",
     .description = "the clients that the gateway knows"},
};

constexpr Key registered_keys[] = {
    {.name = "id", .form = "a name", .required = true, .description = "`client_id` in requests and tokens"},
    {.name = "secret", .form = "a secret", .description = "what the client proves itself with; a text or {file: path}"},
    {.name = "public",
     .kind = Kind::boolean,
     .otherwise = "false",
     .description = "true: the client runs where it can keep no secret, such as in a browser, and has none"},
    {.name = "grants",
     .kind = Kind::choice,
     .choices = grants,
     .required = true,
     .description = "what it may ask tokens with; one or a list of them"},
    {.name = "scopes",
     .kind = Kind::list,
     .form = scopes_form,
     .otherwise = "not limited",
     .description =
         "the most that a login by this client is granted, and what client_credentials grants (without it: nothing)"},
};

void read_secret(const Map& map, RegisteredClient& client) {
  const auto value = map.find("secret");
  if (client.is_public) {
    if (value) value->error("found a secret for a public client, expected none; remove it or public");
    return;
  }
  if (!value) {
    map.value().error("found no key \"secret\" for a client that is not public, expected " +
                      expectation(map.key("secret")) + "; add it or public: true");
    return;
  }
  auto secret = value->secret(expectation(map.key("secret")));
  if (!secret) return;
  if (secret->literal)
    value->warning("a secret written in the configuration can leak with it; use ${NAME} or {file: path}");
  if (secret->value.reveal().size() < least_secret_bytes)
    value->warning("a client secret of less than 16 bytes can be guessed; use a longer one");
  client.secret = std::move(secret->value);
}

void read_grants(const Map& map, RegisteredClient& client) {
  const Key& key = map.key("grants");
  const auto value = map.find("grants");
  const auto items = value ? value->one_or_more(expectation(key)) : std::nullopt;
  if (!items) return;
  for (const Value& item : *items) {
    const auto position = item.choice(key);
    if (!position) continue;
    const auto grant = static_cast<GrantType>(*position);
    if (std::ranges::find(client.grants, grant) != client.grants.end()) {
      item.error("found " + in_quotes(grants[*position]) + " again, expected each grant once");
    } else if (client.is_public && grant == GrantType::client_credentials) {
      item.error("found client_credentials for a public client, expected another grant; anybody could use it");
    } else {
      client.grants.push_back(grant);
    }
  }
}

std::optional<RegisteredClient> read_client(const Value& value) {
  const auto map = value.map(registered_client_section);
  if (!map) return std::nullopt;
  RegisteredClient client;
  client.place = value.place();
  if (const auto id = map->find("id")) client.id = id->name().value_or("");
  map->read("public", client.is_public);
  read_secret(*map, client);
  read_grants(*map, client);
  if (const auto scopes = map->find("scopes")) client.scopes = read_scopes(*scopes, scopes_form);
  if (client.id.empty()) return std::nullopt;
  return client;
}

std::vector<RegisteredClient> read_registered(const Value& value, std::string_view form) {
  std::vector<RegisteredClient> clients;
  const auto items = value.list(form);
  if (!items) return clients;
  std::unordered_map<std::string, int> lines;
  for (const Value& item : *items) {
    auto client = read_client(item);
    if (!client) continue;
    const auto [first, is_new] = lines.emplace(client->id, client->place.line);
    if (is_new) {
      clients.push_back(std::move(*client));
    } else {
      item.error("found the client " + in_quotes(client->id) + " again, expected it once; it stands on line " +
                 std::to_string(first->second) + " too");
    }
  }
  return clients;
}

}  // namespace

constinit const Section clients_section{"clients", client_keys};
constinit const Section registered_client_section{"clients.registered[]", registered_keys};

identity::Scopes read_scopes(const Value& value, std::string_view form) {
  identity::Scopes scopes;
  const auto items = value.one_or_more(form);
  if (!items) return scopes;
  for (const Value& item : *items) {
    auto scope = item.text("a scope");
    if (!scope) continue;
    if (!identity::is_scope_token(*scope)) {
      item.expected("a scope without spaces, quotes or backslashes (RFC 6749 §3.3)");
    } else if (std::ranges::find(scopes, *scope) == scopes.end()) {
      scopes.push_back(std::move(*scope));
    }
  }
  return scopes;
}

bool Clients::has(std::string_view id) const {
  return std::ranges::find(registered, id, &RegisteredClient::id) != registered.end();
}

Clients read_clients(const Value& value) {
  Clients clients;
  const auto map = value.map(clients_section);
  if (!map) return clients;
  map->read("public_clients", clients.public_clients);
  if (const auto registered = map->find("registered"))
    clients.registered = read_registered(*registered, expectation(map->key("registered")));
  return clients;
}

}  // namespace bearward::config
