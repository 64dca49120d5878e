#include "identity/claim_path.h"

#include <algorithm>
#include <boost/json/value.hpp>

namespace bearward::identity {

bool is_claim_path(std::string_view path) {
  if (path.empty() || path.front() == '.' || path.back() == '.' || path.find("..") != std::string_view::npos)
    return false;
  return static_cast<std::size_t>(std::ranges::count(path, '.')) < max_claim_path_parts;
}

const boost::json::value* find_claim(const boost::json::object& claims, std::string_view path) {
  if (const auto* whole = claims.if_contains(path)) return whole->is_null() ? nullptr : whole;
  for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos && dot != 0; dot = path.rfind('.', dot - 1)) {
    const auto* member = claims.if_contains(path.substr(0, dot));
    if (member == nullptr || !member->is_object()) continue;
    if (const auto* found = find_claim(member->get_object(), path.substr(dot + 1))) return found;
  }
  return nullptr;
}

}  // namespace bearward::identity
