#include "http/forwarded.h"

#include <algorithm>
#include <utility>

#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::http {
namespace {

/// Takes a token or a quoted string off `rest`. Nodes have no character that would be escaped (RFC 7239 §6): a
/// quoted-pair is not read. False: neither is there.
bool take_value(std::string_view& rest, std::string_view& value) {
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find_first_of("\"\\", 1);
    if (end == std::string_view::npos || rest[end] == '\\') return false;
    value = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return true;
  }
  std::size_t end = 0;
  while (end < rest.size() && folded(rest[end]) != 0) ++end;
  value = rest.substr(0, end);
  rest.remove_prefix(end);
  return end != 0;
}

}  // namespace

ForwardedNodes::ForwardedNodes(std::string_view value) : good_(parse(value)) {}

bool ForwardedNodes::parse(std::string_view rest) {
  std::string_view node;
  bool has_node = false;
  while (true) {
    rest = trim(rest);
    const std::size_t equals = std::min(rest.find('='), rest.size());
    const std::string_view name = rest.substr(0, equals);
    if (equals == rest.size() || !is_token(name)) return false;
    rest.remove_prefix(equals + 1);
    std::string_view value;
    if (!take_value(rest, value)) return false;
    if (equal_ignoring_case(name, "for")) {
      if (std::exchange(has_node, true)) return false;  // two in one element: which?
      node = value;
    }
    rest = trim(rest);
    if (rest.starts_with(';')) {
      rest.remove_prefix(1);
      continue;
    }
    nodes_[count_++ % most] = node;
    if (rest.empty()) return true;
    if (!rest.starts_with(',')) return false;
    rest.remove_prefix(1);
    node = {};
    has_node = false;
  }
}

bool ForwardedNodes::take_last(std::string_view& node) {
  if (taken_ == std::min(count_, most)) return false;
  node = nodes_[(count_ - 1 - taken_++) % most];
  return true;
}

}  // namespace bearward::http
