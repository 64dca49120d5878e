#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/user.h"

namespace bearward::admin {

/// A change of some of a user's members.
struct UserPatch {
  std::optional<bool> disabled;
  std::optional<std::vector<std::string>> roles;
  std::optional<std::string> email;      // empty: none
  std::optional<std::string> full_name;  // empty: none

  void apply_to(identity::User& user) const;
};

/// Why a patch is refused: `status` is 400 for what is no JSON object, 422 for one that asks for what
/// cannot be. `detail` is a sentence; it names a member, never a value.
struct PatchError {
  int status = 422;
  std::string detail;
};

/// Reads a JSON object with any of `disabled` (true or false), `roles` (a list of texts), `email` and
/// `full_name` (a text, or null for none), by the rules of store/user_rules.h. Whole or not at all: any
/// other member, or one that stands there twice, refuses all of it.
Result<UserPatch, PatchError> parse_user_patch(std::string_view content);

}  // namespace bearward::admin
