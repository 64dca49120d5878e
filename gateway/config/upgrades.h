#pragma once

#include <string>
#include <vector>

namespace bearward::config {

/// `upgrade` of a route: the protocols that a connection may switch to (RFC 9110 §7.8).
struct Upgrades {
  bool any = true;                     // but those that carry HTTP again
  std::vector<std::string> protocols;  // else these: `name`, of whatever version, or `name/version`
};

}  // namespace bearward::config
