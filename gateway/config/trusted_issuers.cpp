#include "config/trusted_issuers.h"

#include <algorithm>
#include <unordered_map>

#include "config/config.h"
#include "config/quote.h"
#include "config/sections.h"
#include "config/url.h"
#include "identity/claim_path.h"

namespace bearward::config {
namespace {

constexpr std::string_view list_form = "a list of issuers, each {issuer, jwks, algorithms}";
constexpr std::string_view jwks_form = "file:PATH, or an https:// URL without user and fragment";
constexpr std::string_view claim_form = "the name of a claim, such as sub or realm_access.roles";
constexpr std::string_view prefix_form = "at most 64 visible ASCII characters without a comma, such as \"idp:\"";

/// RFC 7518 §3.1 and RFC 8037 §3.1, those where who verifies cannot sign.
constexpr std::string_view asymmetric[] = {"RS256", "RS384", "RS512", "PS256", "PS384",
                                           "PS512", "ES256", "ES384", "ES512", "EdDSA"};
constexpr Key algorithm_key{.name = "algorithms", .kind = Kind::choice, .choices = asymmetric};

constexpr Key trusted_issuer_keys[] = {
    {.name = "issuer",
     .form = "a text, such as https://idp.example.org/",
     .required = true,
     .description = "`iss` of its tokens, to the letter"},
    {.name = "jwks",
     .form = jwks_form,
     .required = true,
     .description = "its public keys (RFC 7517): a file, or where they are fetched from and looked at again"},
    {.name = "algorithms",
     .kind = Kind::list,
     .form = "RS256, PS256, ES256 (or their 384 and 512) or EdDSA, or a list of them",
     .required = true,
     .description = "what its tokens may be signed with; keys for others are not used"},
    {.name = "audience",
     .kind = Kind::list,
     .form = "a text such as legacy-apis, or a list of them",
     .otherwise = "not checked",
     .description = "one of these must be in `aud` of its tokens"},
    {.name = "username_claim",
     .form = claim_form,
     .otherwise = "sub",
     .description = "the claim that names the user: one that is never given to somebody else"},
    {.name = "roles_claim",
     .form = claim_form,
     .otherwise = "no roles",
     .description = "the claim with the user's roles: a list of texts, or a text, which is one role"},
    {.name = "username_prefix",
     .form = prefix_form,
     .otherwise = "none",
     .description = "put before every username of this issuer, so that it is nobody else's"},
    {.name = "require_user",
     .kind = Kind::boolean,
     .otherwise = "false",
     .description = "true: a user of that name (prefix included) must exist, enabled, in the user store, whose roles, "
                    "email and revocations then hold"},
    {.name = "ca",
     .form = "the path of a PEM file",
     .otherwise = "what the system trusts",
     .description = "the only certificates that the server of `jwks` is verified against"},
};

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

void read_file(const Value& value, std::string_view path, TrustedIssuer& issuer) {
  if (path.empty()) return value.expected(jwks_form);
  const std::string file = value.resolve(path);
  if (auto content = value.read_file(file)) {
    issuer.jwks_file = file;
    issuer.jwks = std::move(*content);
  }
}

void read_url(const Value& value, const std::string& text, TrustedIssuer& issuer) {
  auto url = parse_url(text);
  if (url && url->scheme == "http") {
    value.error(
        "found an http:// URL for jwks, expected https://: whoever is on the way could put keys of their own there");
  } else if (!url || url->scheme != "https" || url->user || url->path.find('#') != std::string::npos ||
             !is_visible(url->path)) {
    value.expected(jwks_form);
  } else {
    if (!url->path.starts_with('/')) url->path.insert(0, "/");
    issuer.jwks_url = {text, std::move(url->host), url->port.value_or(443), std::move(url->path)};
  }
}

void read_jwks(const Value& value, TrustedIssuer& issuer) {
  issuer.jwks_place = value.place();
  const auto text = value.text(jwks_form);
  if (!text) return;
  constexpr std::string_view file_scheme = "file:";
  if (text->starts_with(file_scheme)) {
    read_file(value, std::string_view{*text}.substr(file_scheme.size()), issuer);
  } else {
    read_url(value, *text, issuer);
  }
}

void read_algorithms(const Value& value, std::string_view form, TrustedIssuer& issuer) {
  const auto items = value.one_or_more(form);
  if (!items) return;
  for (const Value& item : *items) {
    if (item.written().starts_with("HS")) {
      item.error("found " + in_quotes(item.written()) +
                 " for algorithms, expected asymmetric ones: with a shared secret this gateway could sign as the "
                 "issuer; remove it");
      continue;
    }
    const auto position = item.choice(algorithm_key);
    if (position && std::ranges::find(issuer.algorithms, asymmetric[*position]) == issuer.algorithms.end())
      issuer.algorithms.emplace_back(asymmetric[*position]);
  }
}

void read_audiences(const Value& value, std::string_view form, TrustedIssuer& issuer) {
  const auto items = value.one_or_more(form);
  if (!items) return;
  for (const Value& item : *items) {
    if (auto text = item.text(form)) issuer.audiences.push_back(std::move(*text));
  }
}

void read_claim(const Map& map, std::string_view name, std::string& out) {
  map.read(name, out);
  if (!out.empty() && !identity::is_claim_path(out)) map.find(name)->expected(claim_form);
}

void read_prefix(const Map& map, TrustedIssuer& issuer) {
  map.read("username_prefix", issuer.username_prefix);
  const auto value = map.find("username_prefix");
  issuer.prefix_place = value ? value->place() : map.value().place();
  const std::string& prefix = issuer.username_prefix;
  if (prefix.size() > 64 || !is_visible(prefix) || prefix.find(',') != std::string::npos) {
    value->expected(prefix_form);
    issuer.username_prefix.clear();
  }
}

void read_ca(const Map& map, TrustedIssuer& issuer) {
  const auto value = map.find("ca");
  if (!value) return;
  issuer.ca_place = value->place();
  if (!issuer.jwks_file.empty()) value->warning("a ca has no use where jwks is a file; remove it");
  map.read_path("ca", issuer.ca_file);
  if (issuer.ca_file.empty()) return;
  if (auto content = value->read_file(issuer.ca_file)) issuer.ca = std::move(*content);
}

std::optional<TrustedIssuer> read_issuer(const Value& value) {
  const auto map = value.map(trusted_issuer_section);
  if (!map) return std::nullopt;
  TrustedIssuer issuer;
  issuer.place = value.place();
  map->read("issuer", issuer.issuer);
  if (const auto jwks = map->find("jwks")) read_jwks(*jwks, issuer);
  if (const auto algorithms = map->find("algorithms"))
    read_algorithms(*algorithms, expectation(map->key("algorithms")), issuer);
  if (const auto audience = map->find("audience"))
    read_audiences(*audience, expectation(map->key("audience")), issuer);
  else
    value.warning(
        "no audience is set: tokens that this issuer made for any other application are accepted; set audience");
  read_claim(*map, "username_claim", issuer.username_claim);
  read_claim(*map, "roles_claim", issuer.roles_claim);
  read_prefix(*map, issuer);
  map->read("require_user", issuer.require_user);
  read_ca(*map, issuer);
  if (issuer.issuer.empty() || (issuer.jwks_file.empty() && issuer.jwks_url.host.empty()) || issuer.algorithms.empty())
    return std::nullopt;
  return issuer;
}

/// Two names made with these prefixes can be the same one.
bool can_meet(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }

/// What store/user_rules has no local username contain, of what a prefix may hold.
bool is_never_local(std::string_view prefix) { return prefix.find_first_of(":/\\") != std::string_view::npos; }

}  // namespace

constinit const Section trusted_issuer_section{"tokens.trusted_issuers[]", trusted_issuer_keys};

std::vector<TrustedIssuer> read_trusted_issuers(const Value& value, const std::string& own_issuer) {
  std::vector<TrustedIssuer> issuers;
  if (value.node().kind == YamlNode::Kind::list && value.node().children.empty()) return issuers;  // [] trusts nobody
  const auto items = value.list(list_form);
  if (!items) return issuers;
  std::unordered_map<std::string, int> lines;
  for (const Value& item : *items) {
    auto issuer = read_issuer(item);
    if (!issuer) continue;
    const auto [first, is_new] = lines.emplace(issuer->issuer, issuer->place.line);
    if (!is_new) {
      item.error("found the issuer " + in_quotes(issuer->issuer) + " again, expected each once; line " +
                 std::to_string(first->second) + " has it too");
    } else if (issuer->issuer == own_issuer) {
      item.error("found this gateway's own issuer " + in_quotes(own_issuer) +
                 " for a trusted one, expected another; its tokens could not be told from our own");
    } else {
      issuers.push_back(std::move(*issuer));
    }
  }
  return issuers;
}

void validate_trusted_issuers(const Config& config, Diagnostics& diagnostics) {
  const std::vector<TrustedIssuer>& issuers = config.tokens.trusted_issuers;
  for (std::size_t i = 0; i < issuers.size(); ++i) {
    const TrustedIssuer& issuer = issuers[i];
    const std::string& prefix = issuer.username_prefix;
    if (issuer.require_user && is_never_local(prefix)) {
      diagnostics.error(issuer.prefix_place, "found the username_prefix " + in_quotes(prefix) +
                                                 " with require_user, expected one that a name in the user store can "
                                                 "begin with: without \":\", \"/\" and \"\\\"");
    }
    if (!issuer.require_user && !is_never_local(prefix) && !config.users.sqlite_path.empty()) {
      diagnostics.warning(issuer.prefix_place,
                          "a user of this issuer and one of the user store can have one name, and policies and "
                          "upstreams would take them for one; set a username_prefix with a colon, such as \"idp:\"");
    }
    for (std::size_t other = 0; other < i; ++other) {
      if (!can_meet(prefix, issuers[other].username_prefix)) continue;
      diagnostics.warning(issuer.prefix_place, "users of this issuer and of " + in_quotes(issuers[other].issuer) +
                                                   " (line " + std::to_string(issuers[other].place.line) +
                                                   ") can have one name, and policies and upstreams would take them "
                                                   "for one; give each a username_prefix of its own");
    }
  }
}

}  // namespace bearward::config
