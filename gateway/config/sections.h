#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/map.h"
#include "config/settings.h"

/// The readers of the sections, each beside the struct that it fills: listeners.cpp, tokens.cpp, ...
namespace bearward::config {

std::vector<Listener> read_listeners(const Value& value);
ListenerTls read_listener_tls(const Value& value);
std::optional<Address> read_admin(const Value& value);
std::optional<Address> read_address(const Value& value);
unsigned read_workers(const Value& value);
std::vector<IpNetwork> read_trusted_proxies(const Value& value);
inline constexpr std::string_view network_form = "a network such as 10.0.0.0/8, or a list of them";
std::vector<IpNetwork> read_networks(const Value& value);
Tokens read_tokens(const Value& value);
/// `own_issuer`: `tokens.issuer`, which no other may be called.
std::vector<TrustedIssuer> read_trusted_issuers(const Value& value, const std::string& own_issuer);
Endpoints read_endpoints(const Value& value);
Clients read_clients(const Value& value);
/// One scope or a list of them.
identity::Scopes read_scopes(const Value& value, std::string_view form);
Users read_users(const Value& value);
Identity read_identity(const Value& value);
std::vector<Upstream> read_upstreams(const Value& value);
Limits read_limits(const Value& value);
Cors read_cors(const Value& value);
LoginProtection read_login_protection(const Value& value);
Log read_log(const Value& value);
/// One policy file; adds to `routes` and `tests`.
void read_policy_file(const Value& value, std::vector<Route>& routes, std::vector<RouteTest>& tests);
void read_route_tests(const Value& value, const Key& key, std::vector<RouteTest>& tests);
Access read_access(const Value& value);
std::optional<RateLimit> read_rate_limit(const Value& value);
std::optional<TimeWindow> read_time_window(const Value& value);
Upgrades read_upgrades(const Value& value);
std::optional<WantedCertificate> read_wanted_certificate(const Value& value);

extern const Section gateway_section;
extern const Section listener_section;
extern const Section listener_tls_section;
extern const Section certificate_section;
extern const Section session_tickets_section;
extern const Section client_certificates_section;
extern const Section admin_section;
extern const Section tokens_section;
extern const Section signing_key_section;
extern const Section trusted_issuer_section;
extern const Section endpoints_section;
extern const Section clients_section;
extern const Section registered_client_section;
extern const Section users_section;
extern const Section user_cache_section;
extern const Section identity_section;
extern const Section assertion_section;
extern const Section upstream_section;
extern const Section target_section;
extern const Section health_section;
extern const Section queue_section;
extern const Section upstream_tls_section;
extern const Section limits_section;
extern const Section log_section;
extern const Section cors_section;
extern const Section login_protection_section;
extern const Section policy_file_section;
extern const Section route_section;
extern const Section route_limits_section;
extern const Section timeouts_section;
extern const Section match_section;
extern const Section access_section;
extern const Section rate_limit_section;
extern const Section time_section;
extern const Section client_certificate_section;
extern const Section rewrite_section;
extern const Section field_edits_section;
extern const Section route_test_section;

}  // namespace bearward::config
