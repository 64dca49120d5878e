#include "config/validate.h"

#include <algorithm>

#include "base/ip_network.h"
#include "config/quote.h"
#include "config/suggest.h"
#include "config/url.h"

namespace bearward::config {
namespace {

bool is_loopback(const IpAddress& address) {
  static const IpNetwork v4 = *IpNetwork::parse("127.0.0.0/8");
  static const IpAddress v6 = *IpAddress::parse("::1");
  return v4.contains(address) || address == v6;
}

void check_admin(const Config& config, Diagnostics& diagnostics) {
  if (!config.admin) return;
  const auto admin = IpAddress::parse(config.admin->host);
  for (const Listener& listener : config.listeners) {
    if (listener.address.port != config.admin->port || IpAddress::parse(listener.address.host) != admin) continue;
    diagnostics.error(config.admin->place,
                      "found the address of the listener \"" + listener.name + "\" for admin, expected one of its own");
  }
  if (admin && !is_loopback(*admin))
    diagnostics.warning(
        config.admin->place,
        "the admin listener is not on a loopback address: whoever reaches it can disable users; use 127.0.0.1");
}

/// Whoever reaches such a listener says which address he has.
void check_proxy_protocol(const Config& config, Diagnostics& diagnostics) {
  for (const Listener& listener : config.listeners) {
    if (!listener.proxy_protocol || !listener.proxy_protocol_from.empty()) continue;
    const auto address = IpAddress::parse(listener.address.host);
    if (!address || is_loopback(*address)) continue;
    diagnostics.warning(listener.address.place, "the listener " + in_quotes(listener.name) +
                                                    " takes PROXY headers, and so any client address, from whoever "
                                                    "reaches it; name your proxies in proxy_protocol_from");
  }
}

/// Trusted issuers' tokens suffice for a route; the token endpoint issues our own.
void check_sources_of_tokens(const Config& config, const Whole& whole, const Place& need, bool is_endpoint,
                             Diagnostics& diagnostics) {
  const std::string what = is_endpoint ? "a token endpoint" : "a route that is not public";
  const std::vector<TrustedIssuer>& issuers = config.tokens.trusted_issuers;
  const bool signs = !config.tokens.signing_keys.empty();
  if (whole.tokens && !signs && (is_endpoint || issuers.empty()))
    diagnostics.error(need, "found " + what + " without a signing key, expected one at least; add tokens.signing_keys");
  if (whole.users && config.users.sqlite_path.empty())
    diagnostics.error(need, "found " + what + " without a user store, expected one; add users.store");
}

/// Upstreams verify an assertion by a public key, which HS256 and its kin do not have.
void check_assertions(const Config& config, Diagnostics& diagnostics) {
  const auto is_asymmetric = [](const SigningKey& key) { return !key.algorithm.starts_with("HS"); };
  if (std::ranges::any_of(config.tokens.signing_keys, is_asymmetric)) return;
  const auto check = [&](const Identity& identity) {
    if (!identity.assertion) return;
    diagnostics.error(identity.assertion->place,
                      "found an assertion without a key that upstreams could verify it by, expected a signing key with "
                      "a private half; add one such as ES256 or EdDSA to tokens.signing_keys");
  };
  check(config.identity);
  for (const Route& route : config.routes) {
    if (route.identity) check(*route.identity);
  }
}

// RFC 8414 §2: the issuer is a URL, and where the endpoints are is told as URLs of the same origin.
void check_metadata(const Config& config, Diagnostics& diagnostics) {
  if (config.endpoints.paths_of(Endpoint::metadata).empty()) return;
  const auto url = parse_url(config.tokens.issuer);
  const bool web = url && (url->scheme == "https" || url->scheme == "http") && !url->user &&
                   url->path.find_first_of("?#") == std::string::npos;
  if (!web)
    diagnostics.error(config.endpoints.place,
                      "found endpoints.metadata without an issuer that is a URL, expected tokens.issuer to be one such "
                      "as https://login.example.org");
}

/// The place of the first thing that needs tokens to be verified; null when everything is public.
const Place* first_need_of_tokens(const Config& config) {
  if (!config.endpoints.paths_of(Endpoint::token).empty()) return &config.endpoints.place;
  const auto needs = [](const Route& route) {
    return route.access.kind != Access::Kind::public_ && route.access.kind != Access::Kind::deny;
  };
  const auto route = std::ranges::find_if(config.routes, needs);
  return route == config.routes.end() ? nullptr : &route->place;
}

void check_route_tests(const Config& config, Diagnostics& diagnostics) {
  std::vector<std::string_view> names;
  for (const Upstream& upstream : config.upstreams) names.push_back(upstream.name);
  for (const RouteTest& test : config.route_tests) {
    if (test.upstream.empty() || std::ranges::find(names, test.upstream) != names.end()) continue;
    diagnostics.error(test.upstream_place, "found upstream " + in_quotes(test.upstream) +
                                               ", expected one that is declared under upstreams" +
                                               suggest(test.upstream, names));
  }
}

}  // namespace

void validate(const Config& config, const Whole& whole, Diagnostics& diagnostics) {
  check_admin(config, diagnostics);
  check_proxy_protocol(config, diagnostics);
  if (whole.tokens) validate_trusted_issuers(config, diagnostics);
  if (whole.tokens) check_assertions(config, diagnostics);
  if (whole.tokens) check_metadata(config, diagnostics);
  check_route_tests(config, diagnostics);
  const Place* const need = first_need_of_tokens(config);
  if (need == nullptr) return;
  check_sources_of_tokens(config, whole, *need, need == &config.endpoints.place, diagnostics);
}

}  // namespace bearward::config
