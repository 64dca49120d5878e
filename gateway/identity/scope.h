#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bearward::identity {

using Scopes = std::vector<std::string>;

/// scope-token of RFC 6749 §3.3: visible ASCII without `"` and `\`. It stands between spaces in tokens and
/// answers, and between quotes in challenges.
bool is_scope_token(std::string_view text);

/// As `scope` has them (RFC 6749 §3.3): with a space between two.
std::string joined(const Scopes& scopes);

}  // namespace bearward::identity
