#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/path_pattern.h"

namespace bearward::policy {

/// A path cut at its slashes, as far as any pattern looks at it. Views point into the path.
struct SplitPath {
  struct Segment {
    std::string_view text;   // still percent-encoded
    std::uint64_t hash = 0;  // of the decoded text
    bool escaped = false;
    bool too_long = false;  // for any literal; then there is no hash
  };
  std::array<Segment, PathPattern::max_segments> segments;  // only the first `count` are set
  std::size_t count = 0;
  bool goes_on = false;  // there are more segments, which only a `**` can match
};

/// The parameters' values on the way from a root to where the walk stands.
struct PathParameters {
  std::array<std::string_view, PathPattern::max_parameters> values;
  std::size_t count = 0;
};

/// Many path patterns, merged: a tree with an edge a segment, one root per host. Where a pattern ends is a
/// leaf, the same for all patterns that match the same paths.
///
/// Work: literal edges of the whole tree are in one hash table, so a step costs the same at a node with
/// one and with 10,000 of them. A walk enters a node at most once, and only where the path so far matches
/// the patterns through it; `most_visits` is the most that any path can cause, known when the table is
/// built and held small there. Segments deeper than the deepest pattern are not looked at, and each other
/// octet of the path once.
class PathTrie {
 public:
  using Node = std::uint32_t;
  using Leaf = std::uint32_t;
  static constexpr std::uint32_t none = 0xffffffff;

  PathTrie();

  Node add_root();
  /// Leaves are numbered from 0 as they come.
  Leaf insert(Node root, const PathPattern& pattern);
  std::size_t leaf_count() const { return leaf_count_; }
  /// By root: the most nodes that a walk from it can enter.
  std::vector<std::size_t> most_visits() const;

  void split(std::string_view path, SplitPath& result) const;

  /// Calls `visit(leaf)` for the leaves that match, most specific first: from the left, a literal before a
  /// parameter before `**`. Ends with true at the first `visit` that returns true; `parameters` are then
  /// those of that leaf.
  template <class Visit>
  bool walk(Node root, const SplitPath& path, PathParameters& parameters, const Visit& visit) const {
    return descend(root, path, 0, parameters, visit);
  }

 private:
  struct NodeData {
    Node parameter = none;
    Leaf end = none;   // the pattern ends here
    Leaf tail = none;  // the pattern goes on with `**`
    Node parent = none;
    std::uint32_t literal_begin = 0;  // the edge that leads here, in literals_
    std::uint32_t literal_size = 0;
  };
  struct Slot {
    std::uint64_t key = 0;
    Node node = none;
  };

  template <class Visit>
  bool descend(Node node, const SplitPath& path, std::size_t depth, PathParameters& parameters,
               const Visit& visit) const {
    const NodeData& here = nodes_[node];
    if (depth < path.count) {
      const SplitPath::Segment& segment = path.segments[depth];
      const Node literal = find_literal(node, segment);
      if (literal != none && descend(literal, path, depth + 1, parameters, visit)) return true;
      if (here.parameter != none && !segment.text.empty()) {
        parameters.values[parameters.count++] = segment.text;
        if (descend(here.parameter, path, depth + 1, parameters, visit)) return true;
        --parameters.count;
      }
    } else if (!path.goes_on && here.end != none && visit(here.end)) {
      return true;
    }
    return here.tail != none && visit(here.tail);
  }

  Node find_literal(Node parent, const SplitPath::Segment& segment) const;
  Node literal_child(Node parent, const std::string& literal);
  Node parameter_child(Node parent);
  void place(std::vector<Slot>& slots, Slot slot) const;
  std::string_view literal_of(const NodeData& node) const {
    return std::string_view{literals_}.substr(node.literal_begin, node.literal_size);
  }

  std::vector<NodeData> nodes_;  // a parent before its children
  std::vector<Slot> slots_;      // open addressing; a power of two, at least half of it free
  std::size_t literal_count_ = 0;
  std::string literals_;
  std::size_t longest_literal_ = 0;
  std::size_t deepest_ = 0;
  std::size_t leaf_count_ = 0;
  std::vector<Node> roots_;
};

}  // namespace bearward::policy
