#pragma once

#include <utility>

#include "base/ip_network.h"
#include "base/result.h"
#include "identity/principal.h"
#include "pipeline/rejection.h"
#include "policy/route_table.h"

namespace bearward::pipeline {

/// Proof that this principal may use this route. Only `authorize` makes one, and `forward` asks for it:
/// a skipped check does not compile.
class Permit {
 public:
  const policy::Route& route() const { return *route_; }
  const identity::Principal& principal() const { return principal_; }

 private:
  friend Result<Permit, Rejection> authorize(const policy::RouteMatch&, identity::Principal, const IpAddress&);
  Permit(const policy::Route& route, identity::Principal principal)
      : route_(&route), principal_(std::move(principal)) {}

  const policy::Route* route_;
  identity::Principal principal_;
};

/// Asks the route's `access` rule (policy/access).
Result<Permit, Rejection> authorize(const policy::RouteMatch& match, identity::Principal principal,
                                    const IpAddress& client_ip);

}  // namespace bearward::pipeline
