#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace bearward::policy {

/// One `/segment` of a pattern: a literal, or a {parameter} that stands for exactly one non-empty segment.
struct PathSegment {
  enum class Kind : std::uint8_t { literal, parameter };
  Kind kind = Kind::literal;
  std::string text;  // the literal, percent-decoded, or the parameter's name

  bool operator==(const PathSegment&) const = default;
};

/// The `path` of a route: literals and {parameters}, and at most one `**`, which comes last and stands
/// for any rest, none included: `/a/**` covers `/a`, `/a/` and all below.
struct PathPattern {
  /// A match keeps its parameters in a fixed array and looks at no more than so many segments.
  static constexpr std::size_t max_parameters = 16;
  static constexpr std::size_t max_segments = 32;

  std::string text;                     // as written
  std::vector<PathSegment> segments;    // "/a/" has two, the second empty: a trailing slash counts
  bool tail = false;                    // ends in `**`
  std::vector<std::string> parameters;  // the names, from the left

  /// The error says what is wrong and what to write instead. A pattern has to be in the form that
  /// requests are normalised to (no `.`, `..`, `//`, needless escapes): any other could never match, and a
  /// route that never matches leaves its path to a wider one.
  static Result<PathPattern, std::string> parse(std::string_view text);
};

}  // namespace bearward::policy
