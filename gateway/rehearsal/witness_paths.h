#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/path_pattern.h"

namespace bearward::rehearsal {

/// A path, and which of the patterns match it.
struct WitnessPath {
  std::string path;
  std::vector<std::uint32_t> matches;  // positions of patterns
};

/// Paths that stand for all: every path that any of the patterns matches is matched by the same ones as some
/// path here. (Segment by segment: each literal that a pattern has there, anything else, and the end.)
struct WitnessPaths {
  std::vector<WitnessPath> paths;
  bool whole = true;  // false: there would be more than `most`, and the rest is missing
};

WitnessPaths witness_paths(std::span<const policy::PathPattern* const> patterns, std::size_t most);

}  // namespace bearward::rehearsal
