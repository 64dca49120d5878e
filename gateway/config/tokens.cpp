#include "config/tokens.h"

#include <unordered_map>

#include "config/quote.h"
#include "config/sections.h"

namespace bearward::config {
namespace {

using std::chrono::milliseconds;
constexpr std::int64_t seconds = 1'000;
constexpr std::int64_t minutes = 60 * seconds;
constexpr std::int64_t days = 24 * 60 * minutes;

/// RFC 7518 §3.1 and RFC 8037 §3.1, without `none`.
constexpr std::string_view algorithms[] = {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
                                           "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"};

constexpr std::string_view bound_words[] = {"never", "optional", "required"};  // in the order of CertificateBound

constexpr Key token_keys[] = {
    {.name = "issuer",
     .form = "a text, such as https://gateway.example.org",
     .otherwise = "not checked",
     .description = "`iss` of every token that is issued, and required of every token that is accepted"},
    {.name = "audience",
     .form = "a text, such as legacy-apis",
     .otherwise = "not checked",
     .description = "`aud` of every token that is issued, and required of every token that is accepted"},
    {.name = "access_ttl",
     .kind = Kind::duration,
     .least = seconds,
     .most = 365 * days,
     .otherwise = "30m",
     .description = "how long an access token is good for"},
    {.name = "refresh_ttl",
     .kind = Kind::duration,
     .least = 0,
     .most = 365 * days,
     .otherwise = "14d",
     .description = "how long a refresh token is good for; each use gives the next one as long; 0s: there are none"},
    {.name = "refresh_grace",
     .kind = Kind::duration,
     .least = 0,
     .most = 5 * minutes,
     .otherwise = "0s",
     .description = "how long a used refresh token may be used again, by a client that lost the answer"},
    {.name = "leeway",
     .kind = Kind::duration,
     .least = 0,
     .most = 10 * minutes,
     .otherwise = "30s",
     .description = "how far the clocks of issuer and gateway may differ (`exp`, `nbf`, `iat`)"},
    {.name = "certificate_bound",
     .kind = Kind::choice,
     .choices = bound_words,
     .otherwise = "never",
     .description =
         "`optional`: a token is good only with the certificate that its client showed, if any; `required`: without "
         "one there is no token"},
    {.name = "signing_keys",
     .kind = Kind::list,
     .form = "a list of {kid, algorithm, secret} or {kid, algorithm, private_key}",
     .description =
         "the first signs, all verify; to rotate, put a new one on top and remove the old one after access_ttl"},
    {.name = "trusted_issuers",
     .kind = Kind::list,
     .form = "a list of issuers, each {issuer, jwks, algorithms}",
     .otherwise = "none",
     .description = "who else's tokens are accepted ([trusted-issuers.md](trusted-issuers.md))"},
};

constexpr Key signing_key_keys[] = {
    {.name = "kid", .form = "a name", .required = true, .description = "names the key in a token's header"},
    {.name = "algorithm",
     .kind = Kind::choice,
     .choices = algorithms,
     .required = true,
     .description = "the only algorithm that the key is used with"},
    {.name = "secret",
     .form = "a secret at least as long as the hash",
     .description = "HS256, HS384, HS512: the shared secret, of at least 32, 48 or 64 bytes; a text or {file: path}"},
    {.name = "private_key",
     .form = "the path of a PEM file",
     .description =
         "all other algorithms: the private key; RSA of 2048 bits at least, the curve that the algorithm names"},
};

void read_secret(const Map& map, SigningKey& key) {
  const auto value = map.find("secret");
  if (!value) {
    map.value().error("found no key \"secret\" for " + key.algorithm + ", expected " + expectation(map.key("secret")));
    return;
  }
  auto secret = value->secret(expectation(map.key("secret")));
  if (!secret) return;
  if (secret->literal)
    value->warning("a secret written in the configuration can leak with it; use ${NAME} or {file: path}");
  key.secret = std::move(secret->value);
}

void read_private_key(const Map& map, SigningKey& key) {
  map.read_path("private_key", key.private_key);
  const auto value = map.find("private_key");
  if (!value) {
    map.value().error("found no key \"private_key\" for " + key.algorithm + ", expected " +
                      expectation(map.key("private_key")));
  } else if (!key.private_key.empty()) {
    if (auto pem = value->read_file(key.private_key)) key.private_key_pem = Secret{std::move(*pem)};
  }
}

void refuse(const Map& map, std::string_view name, const std::string& algorithm, std::string_view instead) {
  if (const auto value = map.find(name))
    value->error("found " + std::string{name} + " for " + algorithm + ", expected " + std::string{instead} +
                 " alone; remove it");
}

/// nullopt unless kid, algorithm and its key are there: what token/key_set would say of a half key has
/// been said.
std::optional<SigningKey> read_signing_key(const Value& value) {
  const auto map = value.map(signing_key_section);
  if (!map) return std::nullopt;
  SigningKey key;
  key.place = value.place();
  if (const auto kid = map->find("kid")) key.kid = kid->name().value_or("");
  if (const auto algorithm = map->find("algorithm")) {
    if (const auto position = algorithm->choice(map->key("algorithm"))) key.algorithm = algorithms[*position];
  }
  if (key.algorithm.empty()) return std::nullopt;
  if (key.algorithm.starts_with("HS")) {
    read_secret(*map, key);
    refuse(*map, "private_key", key.algorithm, "secret");
  } else {
    read_private_key(*map, key);
    refuse(*map, "secret", key.algorithm, "private_key");
  }
  if (key.kid.empty() || (key.secret.empty() && key.private_key_pem.empty())) return std::nullopt;
  return key;
}

std::vector<SigningKey> read_signing_keys(const Value& value, std::string_view form) {
  std::vector<SigningKey> keys;
  const auto items = value.list(form);
  if (!items) return keys;
  std::unordered_map<std::string, int> lines;
  for (const Value& item : *items) {
    auto key = read_signing_key(item);
    if (!key) continue;
    const auto [first, is_new] = lines.emplace(key->kid, key->place.line);
    if (is_new) {
      keys.push_back(std::move(*key));
    } else {
      item.error("found the kid " + in_quotes(key->kid) + " again, expected one of its own; line " +
                 std::to_string(first->second) + " has it too");
    }
  }
  return keys;
}

void warn_of_unchecked(const Map& map, const Tokens& tokens) {
  if (tokens.signing_keys.empty()) return;
  if (!map.find("issuer"))
    map.value().warning("no issuer is set: tokens of any issuer signed with these keys are accepted; set issuer");
  if (!map.find("audience"))
    map.value().warning(
        "no audience is set: tokens for any audience signed with these keys are accepted; set audience");
}

}  // namespace

constinit const Section tokens_section{"tokens", token_keys};
constinit const Section signing_key_section{"tokens.signing_keys[]", signing_key_keys};

Tokens read_tokens(const Value& value) {
  Tokens tokens;
  tokens.place = value.place();
  const auto map = value.map(tokens_section);
  if (!map) return tokens;
  map->read("issuer", tokens.issuer);
  map->read("audience", tokens.audience);
  map->read("access_ttl", tokens.access_ttl);
  map->read("refresh_ttl", tokens.refresh_ttl);
  map->read("refresh_grace", tokens.refresh_grace);
  map->read("leeway", tokens.leeway);
  map->read_choice("certificate_bound", tokens.certificate_bound);
  if (const auto keys = map->find("signing_keys"))
    tokens.signing_keys = read_signing_keys(*keys, expectation(map->key("signing_keys")));
  if (const auto issuers = map->find("trusted_issuers"))
    tokens.trusted_issuers = read_trusted_issuers(*issuers, tokens.issuer);
  warn_of_unchecked(*map, tokens);
  return tokens;
}

}  // namespace bearward::config
