#include "support/paths.h"

// Told to this file alone: where a build stands must not make every other test another object for ccache.
namespace bearward::testing {

std::string bearward_binary() { return BEARWARD_BINARY; }

std::string in_source_tree(const std::string& path) { return std::string(BEARWARD_SOURCE) + "/" + path; }

}  // namespace bearward::testing
