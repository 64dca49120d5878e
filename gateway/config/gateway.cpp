#include "base/ip_network.h"
#include "config/sections.h"

namespace bearward::config {
namespace {

constexpr std::string_view compatibilities[] = {"rfc6749", "fastapi"};  // in the order of Compatibility

constexpr Key gateway_keys[] = {
    {.name = "listeners",
     .kind = Kind::list,
     .form = "a list of listeners, each {name, address}",
     .required = true,
     .description = "where clients connect"},
    {.name = "admin",
     .kind = Kind::map,
     .form = "a map with address",
     .otherwise = "no admin listener",
     .description = "the admin listener"},
    {.name = "workers",
     .kind = Kind::number,
     .least = 1,
     .most = 1'024,
     .otherwise = "auto",
     .description = "threads that serve; `auto` is one per core"},
    {.name = "pid_file",
     .form = "a path",
     .otherwise = "none",
     .description = "names the process that serves; a hand-over to a new one changes it"},
    {.name = "trusted_proxies",
     .kind = Kind::list,
     .form = network_form,
     .otherwise = "none",
     .description =
         "whose `X-Forwarded-For`, or `Forwarded` where that is absent, and `X-Forwarded-Proto`, `-Host` and "
         "`-Port` are believed and passed on"},
    {.name = "via",
     .form = "a name",
     .otherwise = "bearward",
     .description = "what `Via` calls the gateway; a request in which it stands more than three times is 508"},
    {.name = "tokens",
     .kind = Kind::map,
     .form = "a map with signing_keys",
     .description = "what tokens say, and the keys that sign and verify them"},
    {.name = "endpoints",
     .kind = Kind::map,
     .form = "a map with token",
     .description = "the paths that the gateway answers itself"},
    {.name = "compatibility",
     .kind = Kind::choice,
     .choices = compatibilities,
     .otherwise = "rfc6749",
     .description = "`fastapi`: the status codes and `{\"detail\": ...}` bodies of FastAPI's tutorial"},
    {.name = "clients",
     .kind = Kind::map,
     .form = "a map with public_clients or registered",
     .description = "OAuth 2 clients"},
    {.name = "users",
     .kind = Kind::map,
     .form = "a map with store",
     .description = "the user table, its caches and password hashes"},
    {.name = "identity",
     .kind = Kind::map,
     .form = "a map with headers or preset",
     .description = "what upstreams are told of the caller"},
    {.name = "upstreams",
     .kind = Kind::map,
     .form = "a map of names, each with its targets",
     .description = "the servers that requests go to"},
    {.name = "limits", .kind = Kind::map, .form = "a map of limits", .description = "what no client may exceed"},
    {.name = "policies",
     .kind = Kind::list,
     .form = "a path such as policies/*.yaml, or a list of them",
     .otherwise = "no route: every request gets 404",
     .description =
         "the files with the routes; `*`, `?` and `[...]` match within a file name, an empty match is only warned of"},
    {.name = "log",
     .kind = Kind::map,
     .form = "a map with access, format or level",
     .description = "where the log goes and how much of it"},
    {.name = "cors",
     .kind = Kind::map,
     .form = "a map with origins",
     .otherwise = "no page of another origin",
     .description = "which pages of other origins may read answers: of the gateway's own paths, and of each route "
                    "that has no `cors` of its own"},
    {.name = "login_protection",
     .kind = Kind::map,
     .form = "a map with attempts, per or by",
     .otherwise = "no limit",
     .description = "slows down who guesses passwords"},
};

}  // namespace

constinit const Section gateway_section{"gateway.yaml", gateway_keys};

unsigned read_workers(const Value& value) {
  if (value.written() == "auto") return 0;
  for (const Key& key : gateway_keys) {
    if (key.name != "workers") continue;
    const auto text = value.text("auto or " + expectation(key));
    if (!text || *text == "auto") return 0;
    return static_cast<unsigned>(value.number(key).value_or(0));
  }
  return 0;
}

std::vector<IpNetwork> read_trusted_proxies(const Value& value) {
  if (value.node().kind == YamlNode::Kind::list && value.node().children.empty()) return {};  // [] trusts nobody
  return read_networks(value);
}

std::vector<IpNetwork> read_networks(const Value& value) {
  std::vector<IpNetwork> networks;
  const auto items = value.one_or_more(network_form);
  if (!items) return networks;
  for (const Value& item : *items) {
    const auto text = item.text(network_form);
    if (!text) continue;
    if (const auto network = IpNetwork::parse(*text)) {
      networks.push_back(*network);
    } else {
      item.expected("an address, or a network whose host bits are zero, such as 10.0.0.0/8");
    }
  }
  return networks;
}

std::span<const Section* const> all_sections() {
  static constexpr const Section* sections[] = {
      // clang-format off
      &gateway_section,
      &listener_section,
      &listener_tls_section,
      &certificate_section,
      &session_tickets_section,
      &client_certificates_section,
      &admin_section,
      &tokens_section,
      &signing_key_section,
      &trusted_issuer_section,
      &endpoints_section,
      &clients_section,
      &registered_client_section,
      &users_section,
      &user_cache_section,
      &identity_section,
      &assertion_section,
      &upstream_section,
      &target_section,
      &health_section,
      &queue_section,
      &upstream_tls_section,
      &limits_section,
      &log_section,
      &cors_section,
      &login_protection_section,
      &policy_file_section,
      &route_section,
      &route_limits_section,
      &timeouts_section,
      &match_section,
      &access_section,
      &time_section,
      &client_certificate_section,
      &rate_limit_section,
      &rewrite_section,
      &field_edits_section,
      &route_test_section,
      // clang-format on
  };
  return sections;
}

}  // namespace bearward::config
