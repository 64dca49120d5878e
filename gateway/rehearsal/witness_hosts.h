#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/host_pattern.h"

namespace bearward::rehearsal {

/// A host that stands for all that the same routes are for.
struct WitnessHost {
  std::string name;                    // "some.example.org" for *.example.org
  std::string pattern;                 // as people write what it stands for: `*` is every host that no route names
  std::vector<std::uint32_t> matches;  // positions of the host patterns that match it
};

/// One for every host pattern among `hosts`, and for hosts that none of them names.
std::vector<WitnessHost> witness_hosts(std::span<const policy::HostPattern> hosts);

}  // namespace bearward::rehearsal
