#pragma once

#include <boost/json/object.hpp>
#include <cstdint>

namespace bearward::config {

enum class SchemaOf : std::uint8_t { gateway, policy, either };

/// The JSON Schema (draft-07, which yaml-language-server reads) of gateway.yaml, of policy files, or of whichever
/// of the two it is held against. Made of the tables that the loader goes by (`all_sections`): no key can be in
/// the one and not in the other. It says what has which shape; what only the loader can tell (names that have to
/// be declared, ties of routes) stays `bearward check`'s.
boost::json::object json_schema(SchemaOf what);

}  // namespace bearward::config
