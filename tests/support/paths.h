#pragma once

#include <string>

namespace bearward::testing {

/// The built `bearward` of this build.
std::string bearward_binary();
/// A file or folder of the source tree: `docs/configuration.md`.
std::string in_source_tree(const std::string& path);

}  // namespace bearward::testing
