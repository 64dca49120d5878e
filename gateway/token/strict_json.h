#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

namespace bearward::token {

/// Reads one JSON object (RFC 8259) with nothing before or after it but white space. nullopt for
/// anything else, and for what two readers may understand differently: a member name twice at any depth
/// (RFC 8725 §2.4), invalid UTF-8 or half a surrogate pair, a number beyond a double, more than 16 levels.
std::optional<boost::json::object> parse_strict_object(std::string_view text);

}  // namespace bearward::token
