#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.h"

namespace bearward::config {

/// One value of a YAML file and where it stands. The tree is plain data: no aliases, no tags, no
/// anchors, no merge keys, so it is never larger than the file that it came from.
struct YamlNode {
  /// `refused`: already reported; readers pass over it in silence.
  enum class Kind : std::uint8_t { null, scalar, list, map, refused };

  Kind kind = Kind::null;
  bool quoted = false;  // a scalar in quotes or a block: "true" is text, true is not
  int line = 1;         // from 1
  int column = 1;
  std::string text;                // scalar: as written, before ${NAME} is replaced
  std::vector<YamlNode> children;  // list: its items; map: key, value, key, value, ...
};

/// Bounds on one file. The parser looks ahead to the end of a [...] or {...} and keeps every mark that it
/// passes, 230 bytes each (measured: 8 MiB of "[" cost 1.9 GB and 6 s), hence the bound on those.
struct YamlBounds {
  static constexpr std::size_t bytes = 8 * 1024 * 1024;
  static constexpr std::size_t marks = 500'000;  // of []{},:?&*!"'|>
  static constexpr std::size_t values = 500'000;
  static constexpr std::size_t depth = 64;
};

/// Parses one file that holds one YAML document. Reports, each at its place: what is not UTF-8, control
/// characters, tabs in the indentation, anchors, aliases, tags, merge keys, keys that are no text, a
/// second document, broken YAML, and a file beyond YamlBounds. nullopt when there is no tree to read on
/// with; an empty file is a null node. Throws nothing but bad_alloc.
std::optional<YamlNode> parse_yaml(const std::string& file, std::string_view text, Diagnostics& diagnostics);

}  // namespace bearward::config
