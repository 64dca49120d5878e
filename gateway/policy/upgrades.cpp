#include "policy/upgrades.h"

#include <algorithm>

#include "http/upgrade.h"

namespace bearward::policy {

std::string_view permitted_protocol(const config::Upgrades& upgrades, const http::RequestHead& head) {
  if (!upgrades.any && upgrades.protocols.empty()) return {};
  const std::string_view protocol = http::requested_protocol(head);
  if (protocol.empty() || upgrades.any) return protocol;
  const auto is_it = [&](const std::string& listed) { return http::is_same_protocol(listed, protocol); };
  return std::ranges::any_of(upgrades.protocols, is_it) ? protocol : std::string_view{};
}

}  // namespace bearward::policy
