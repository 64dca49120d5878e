#pragma once

#include <vector>

#include "rehearsal/access_difference.h"

namespace bearward::rehearsal {

/// The same changes in fewer entries: those that differ in their methods alone become one, then those that
/// differ in their paths, then in their hosts. The widened come first.
std::vector<AccessChange> merge_changes(std::vector<AccessChange> changes);

/// The first two of these steps, for the changes of one host: so that no more than one host's are held apiece.
std::vector<AccessChange> merge_changes_of_host(std::vector<AccessChange> changes);

}  // namespace bearward::rehearsal
