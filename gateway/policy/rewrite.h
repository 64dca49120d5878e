#pragma once

#include <string_view>

namespace bearward::policy {

/// `rewrite: {strip_prefix: P}` on a normalised path, at a segment boundary only: of /p/x, /p/ and /p
/// without /p there remain /x, / and /; /px stays as it is. `prefix` has no trailing slash; empty: no
/// change. The view points into `path` or at a constant.
std::string_view strip_prefix(std::string_view path, std::string_view prefix);

}  // namespace bearward::policy
