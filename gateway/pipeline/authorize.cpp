#include "pipeline/authorize.h"

#include "policy/access.h"

namespace bearward::pipeline {

Result<Permit, Rejection> authorize(const policy::RouteMatch& match, identity::Principal principal,
                                    const IpAddress& client_ip) {
  const policy::Route& route = *match.route;
  const policy::AccessRequest request{principal, match.parameters(), client_ip};
  const policy::Verdict verdict = policy::evaluate(route.access, request);
  if (verdict.allowed) return Permit(route, std::move(principal));
  if (verdict.needs_credentials) return std::unexpected(Rejection::no_credentials());
  if (!verdict.insufficient_scope) return std::unexpected(Rejection::forbidden(verdict.reason));
  std::string scope;
  for (const std::string_view each : verdict.scopes) {
    if (!scope.empty()) scope += ' ';
    scope += each;
  }
  return std::unexpected(Rejection::insufficient_scope(std::move(scope)));
}

}  // namespace bearward::pipeline
