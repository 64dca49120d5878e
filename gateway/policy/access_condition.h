#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_network.h"
#include "config/diagnostics.h"
#include "config/routes.h"
#include "policy/claim_condition.h"

namespace bearward::policy::detail {

/// One condition of a rule, checked: what policy/access evaluates.
struct AccessCondition {
  using Kind = config::Access::Kind;

  Kind kind = Kind::deny;
  std::vector<std::string> values;     // scopes, any_scope, roles, users
  std::vector<IpNetwork> networks;     // client_ip
  std::vector<ClaimCondition> claims;  // all of them
  std::optional<config::WantedCertificate> certificate;
  std::optional<config::TimeWindow> time;
  std::vector<AccessCondition> children;  // all, any: one or more; not: one
  config::Place place;

  /// nullopt after an error, of which all are reported.
  static std::optional<AccessCondition> compile(const config::Access& access, std::span<const std::string> parameters,
                                                config::Diagnostics& diagnostics);
};

/// As the policy spells it: `any_scope`.
std::string_view name_of(AccessCondition::Kind kind);

}  // namespace bearward::policy::detail
