#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/ip_network.h"
#include "base/result.h"
#include "base/time.h"
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
  /// Of the path, in the order of the route's: views that live as long as the match they came from.
  std::span<const std::string_view> parameters() const { return parameters_; }
  /// In mode shadow: the refusal that the route's rule asked for, and that was not heeded.
  const std::optional<Rejection>& overlooked() const { return overlooked_; }

 private:
  friend Result<Permit, Rejection> authorize(const policy::RouteMatch&, identity::Principal, const IpAddress&,
                                             UnixTime);
  Permit(const policy::RouteMatch& match, identity::Principal principal, std::optional<Rejection> overlooked = {})
      : route_(match.route),
        parameters_(match.parameters()),
        principal_(std::move(principal)),
        overlooked_(std::move(overlooked)) {}

  const policy::Route* route_;
  std::span<const std::string_view> parameters_;
  identity::Principal principal_;
  std::optional<Rejection> overlooked_;
};

/// Whether a refusal of `authenticate` lets the request through all the same, as nobody's: a route in mode shadow
/// overlooks what is wrong with the credentials, but not what nobody can know now.
bool may_overlook(const policy::Route& route, const Rejection& rejection);

/// Asks the route's `access` rule (policy/access). `match` outlives the Permit. A route in mode shadow permits whatever
/// that says.
Result<Permit, Rejection> authorize(const policy::RouteMatch& match, identity::Principal principal,
                                    const IpAddress& client_ip, UnixTime now);

}  // namespace bearward::pipeline
