#pragma once

#include <string>
#include <vector>

#include "policy/route.h"
#include "snapshot/snapshot.h"

namespace bearward::rehearsal {

/// Requests that the new configuration answers otherwise. All of `hosts`, `paths`, `methods` and `callers` with
/// one another.
struct AccessChange {
  enum class Kind { widened, narrowed, other };  // widened: refused before and let through now

  Kind kind = Kind::other;
  std::vector<std::string> hosts;    // patterns; `*` is every host that no route names
  std::vector<std::string> paths;    // each stands for all that the same routes are for
  std::vector<std::string> methods;  // `*` is every method that no route of these paths lists
  std::vector<std::string> callers;  // the least that a caller has to have
  std::string before;                // allow, gateway or the status of the refusal
  std::string after;
  std::string route_before;  // FILE:LINE name; empty: none
  std::string route_after;
};

struct AccessDifference {
  std::vector<const policy::Route*> added;  // by name
  std::vector<const policy::Route*> removed;
  std::vector<AccessChange> changes;  // the widened first
  bool whole = true;                  // false: too many routes to look at all; there may be more
};

/// What the step from one configuration to another does to access. Asks both the same questions: for every path
/// and host that routes tell apart, every method, every kind of caller that could see a change.
AccessDifference access_difference(const snapshot::Snapshot& before, const snapshot::Snapshot& after);

}  // namespace bearward::rehearsal
