#include "pipeline/limit_rate.h"

#include <chrono>

#include "http/drop_fields.h"
#include "http/field_syntax.h"

namespace bearward::pipeline {
namespace {

using By = config::RateLimit::By;

/// A site behind one router has a /64 of IPv6 at the least: who may choose among 2^64 addresses would have
/// as many budgets.
constexpr unsigned ipv6_network_bits = 64;

std::string_view bytes_of(const IpAddress& address) {
  return {reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()};
}

/// Whose budget it is. Users and clients are told apart by their issuer too: two issuers may have one name.
limit::LimitTable::Key key_of(const policy::Route& route, const identity::Principal& principal,
                              const IpAddress& client_ip, const limit::LimitTable& budgets) {
  const policy::RouteLimit& rule = *route.rate_limit;
  const auto scope = [&](By by) {
    // Of the limit as well as the route: a reload that changes it starts with whole budgets.
    std::string name = route.name + '/' + std::to_string(rule.limit.requests) + '/' +
                       std::to_string(rule.limit.per.count()) + '/' + std::to_string(static_cast<int>(by));
    return budgets.scope_of(name);
  };
  const identity::TokenClaims* const token = principal.token.get();
  if (rule.by == By::route) return budgets.key_of(scope(By::route), {}, {});
  if (rule.by == By::client && token != nullptr && !token->client_id.empty()) {
    return budgets.key_of(scope(By::client), token->issuer, token->client_id);
  }
  if ((rule.by == By::client || rule.by == By::user) && token != nullptr) {
    return budgets.key_of(scope(By::user), token->issuer, token->username.empty() ? token->subject : token->username);
  }
  const IpAddress network = client_ip.is_v4() ? client_ip : client_ip.masked(ipv6_network_bits);
  return budgets.key_of(scope(By::client_ip), {}, bytes_of(network));
}

/// In whole seconds, rounded up: who waits so long is not refused for that wait.
std::uint64_t seconds(std::chrono::nanoseconds duration) {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

/// draft-ietf-httpapi-ratelimit-headers-03, which is what HAProxy's and Envoy's clients know.
std::string fields_of(const policy::RateLimit& limit, const policy::RateVerdict& verdict) {
  return "RateLimit-Limit: " + std::to_string(limit.requests) +
         "\r\nRateLimit-Remaining: " + std::to_string(verdict.remaining) +
         "\r\nRateLimit-Reset: " + std::to_string(seconds(verdict.until_next)) + "\r\n";
}

}  // namespace

Result<Admission, Rejection> limit_rate(Permit permit, const IpAddress& client_ip, limit::LimitTable& budgets) {
  const policy::Route& route = permit.route();
  if (!route.rate_limit) return Admission(std::move(permit), {});
  const policy::RateLimit& limit = route.rate_limit->limit;
  const policy::RateVerdict verdict =
      budgets.take(key_of(route, permit.principal(), client_ip, budgets), limit, steady_now());
  std::string fields = fields_of(limit, verdict);
  if (verdict.allowed) return Admission(std::move(permit), std::move(fields));
  return std::unexpected(Rejection::too_many_requests(seconds(verdict.until_next), std::move(fields)));
}

void add_rate_limit_fields(const std::string& fields, http::Response& response) {
  if (fields.empty()) return;
  http::drop_fields(response, [](std::string_view name) {
    constexpr std::string_view prefix = "RateLimit-";
    return http::equal_ignoring_case(name.substr(0, prefix.size()), prefix) ||
           http::equal_ignoring_case(name, "RateLimit");
  });
  response.own_fields += fields;
}

}  // namespace bearward::pipeline
