#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

namespace bearward::identity {

/// No path has more parts: the bound on what `find_claim` tries.
inline constexpr std::size_t max_claim_path_parts = 8;

/// Not empty, no empty part, not more parts than that.
bool is_claim_path(std::string_view path);

/// The claim at a dotted path: `realm_access.roles` is member `roles` of member `realm_access`. A member
/// whose own name has the dots (`https://example.org/roles`) is found before a nested one. Null when
/// there is none or it is JSON null. The claims are a verified token's. Allocates nothing.
const boost::json::value* find_claim(const boost::json::object& claims, std::string_view path);

}  // namespace bearward::identity
