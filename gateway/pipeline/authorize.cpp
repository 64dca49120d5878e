#include "pipeline/authorize.h"

#include "policy/access.h"

namespace bearward::pipeline {
namespace {

Rejection to_rejection(const policy::Verdict& verdict) {
  if (verdict.needs_credentials) return Rejection::no_credentials();
  if (!verdict.insufficient_scope) return Rejection::forbidden(verdict.reason);
  std::string scope;
  for (const std::string_view each : verdict.scopes) {
    if (!scope.empty()) scope += ' ';
    scope += each;
  }
  return Rejection::insufficient_scope(std::move(scope));
}

}  // namespace

bool may_overlook(const policy::Route& route, const Rejection& rejection) {
  return route.mode == config::Mode::shadow && rejection.status < 500;
}

Result<Permit, Rejection> authorize(const policy::RouteMatch& match, identity::Principal principal,
                                    const IpAddress& client_ip, UnixTime now) {
  const policy::Route& route = *match.route;
  const policy::AccessRequest request{principal, match.parameters(), client_ip, now};
  const policy::Verdict verdict = policy::evaluate(route.access, request);
  if (verdict.allowed) return Permit(match, std::move(principal));
  Rejection rejection = to_rejection(verdict);
  rejection.place = verdict.place;
  if (route.mode == config::Mode::shadow) return Permit(match, std::move(principal), std::move(rejection));
  return std::unexpected(std::move(rejection));
}

}  // namespace bearward::pipeline
