#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/route.h"
#include "rehearsal/witness_hosts.h"

namespace bearward::rehearsal {

/// One host and path that stand for all that the same routes are for.
struct WitnessPlace {
  const WitnessHost& host;
  std::string_view path;
  std::vector<const policy::Route*> routes;  // all that are for it, whatever the method
  std::vector<std::string_view> methods;     // every method that one of them lists, then one that none does
  std::size_t listed = 0;                    // how many are listed; what comes after stands for all the others
};

/// Calls `visit` for every such place of `routes`. False when there are more than it looks at (two millions).
bool each_witness(const std::vector<const policy::Route*>& routes,
                  const std::function<void(const WitnessPlace&)>& visit);

}  // namespace bearward::rehearsal
