#pragma once

#include <string>

#include "policy/access.h"

namespace bearward::rehearsal {

/// A rule in one line, `all(roles(admin), not(users(mallory)))`: equal for rules that say the same.
std::string describe_access(const policy::AccessRule& rule);

}  // namespace bearward::rehearsal
