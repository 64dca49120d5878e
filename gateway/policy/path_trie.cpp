#include "policy/path_trie.h"

#include <algorithm>

#include "policy/percent_encoding.h"

namespace bearward::policy {
namespace {

// FNV-1a. An attacker can aim at entries of the table, but never add one: a probe is as long as the
// configuration makes it, and a hash alone never matches, the text is compared.
constexpr std::uint64_t hash_start = 14695981039346656037U;
constexpr std::uint64_t hash_step(std::uint64_t hash, char c) {
  return (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = hash_start;
  for (const char c : text) hash = hash_step(hash, c);
  return hash;
}

std::uint64_t decoded_hash_of(std::string_view encoded) {
  std::uint64_t hash = hash_start;
  for (DecodedOctets octets(encoded); !octets.done();) hash = hash_step(hash, octets.next());
  return hash;
}

constexpr std::uint64_t key_of(PathTrie::Node parent, std::uint64_t hash) {
  const std::uint64_t mixed = (hash ^ (parent + 1) * 0x9e3779b97f4a7c15U) * 0xff51afd7ed558ccdU;
  return mixed ^ mixed >> 32;  // the high bits of a product are the good ones, the slot takes the low
}

}  // namespace

PathTrie::PathTrie() : slots_(8) {}

PathTrie::Node PathTrie::add_root() {
  roots_.push_back(static_cast<Node>(nodes_.size()));
  nodes_.emplace_back();
  return roots_.back();
}

PathTrie::Leaf PathTrie::insert(Node root, const PathPattern& pattern) {
  Node node = root;
  for (const PathSegment& segment : pattern.segments) {
    const bool literal = segment.kind == PathSegment::Kind::literal;
    node = literal ? literal_child(node, segment.text) : parameter_child(node);
  }
  deepest_ = std::max(deepest_, pattern.segments.size());
  Leaf& leaf = pattern.tail ? nodes_[node].tail : nodes_[node].end;
  if (leaf == none) leaf = static_cast<Leaf>(leaf_count_++);
  return leaf;
}

PathTrie::Node PathTrie::parameter_child(Node parent) {
  if (nodes_[parent].parameter == none) {
    nodes_[parent].parameter = static_cast<Node>(nodes_.size());
    nodes_.emplace_back().parent = parent;
  }
  return nodes_[parent].parameter;
}

PathTrie::Node PathTrie::literal_child(Node parent, const std::string& literal) {
  longest_literal_ = std::max(longest_literal_, literal.size());
  const SplitPath::Segment segment{literal, hash_of(literal)};
  if (const Node found = find_literal(parent, segment); found != none) return found;
  const Node node = static_cast<Node>(nodes_.size());
  NodeData& data = nodes_.emplace_back();
  data.parent = parent;
  data.literal_begin = static_cast<std::uint32_t>(literals_.size());
  data.literal_size = static_cast<std::uint32_t>(literal.size());
  literals_ += literal;
  if (++literal_count_ * 2 > slots_.size()) {
    std::vector<Slot> larger(slots_.size() * 2);
    for (const Slot& slot : slots_) {
      if (slot.node != none) place(larger, slot);
    }
    slots_ = std::move(larger);
  }
  place(slots_, {key_of(parent, segment.hash), node});
  return node;
}

void PathTrie::place(std::vector<Slot>& slots, Slot slot) const {
  std::size_t at = slot.key & (slots.size() - 1);
  while (slots[at].node != none) at = (at + 1) & (slots.size() - 1);
  slots[at] = slot;
}

PathTrie::Node PathTrie::find_literal(Node parent, const SplitPath::Segment& segment) const {
  if (segment.too_long) return none;
  const std::uint64_t key = key_of(parent, segment.hash);
  for (std::size_t at = key & (slots_.size() - 1); slots_[at].node != none; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].key != key) continue;
    const NodeData& candidate = nodes_[slots_[at].node];
    if (candidate.parent != parent) continue;
    const std::string_view literal = literal_of(candidate);
    if (segment.escaped ? decoded_equal(segment.text, literal) : segment.text == literal) return slots_[at].node;
  }
  return none;
}

void PathTrie::split(std::string_view path, SplitPath& result) const {
  path.remove_prefix(1);
  result.count = 0;
  for (bool last = false; !last && result.count < deepest_;) {
    const std::size_t slash = path.find('/');
    last = slash == std::string_view::npos;
    SplitPath::Segment segment{path.substr(0, slash)};
    if (!last) path.remove_prefix(slash + 1);
    segment.escaped = segment.text.find('%') != std::string_view::npos;
    segment.too_long = segment.text.size() > longest_literal_ * (segment.escaped ? 3 : 1);
    if (!segment.too_long) segment.hash = segment.escaped ? decoded_hash_of(segment.text) : hash_of(segment.text);
    result.segments[result.count++] = segment;
    result.goes_on = !last;
  }
  if (deepest_ == 0) result.goes_on = true;
}

std::vector<std::size_t> PathTrie::most_visits() const {
  // At each node a path follows at most one of the literal edges, and the parameter's.
  std::vector<std::size_t> by_literal(nodes_.size(), 0);
  std::vector<std::size_t> total(nodes_.size(), 1);
  constexpr std::size_t enough = std::size_t{1} << 32;  // sums of sums stay far from overflowing
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    const NodeData& node = nodes_[i];
    total[i] = 1 + by_literal[i] + (node.parameter == none ? 0 : total[node.parameter]);
    total[i] = std::min(total[i], enough);
    if (node.parent == none || nodes_[node.parent].parameter == i) continue;
    by_literal[node.parent] = std::max(by_literal[node.parent], total[i]);
  }
  std::vector<std::size_t> of_roots;
  for (const Node root : roots_) of_roots.push_back(total[root]);
  return of_roots;
}

}  // namespace bearward::policy
