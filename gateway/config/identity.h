#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

struct IdentityField {
  std::string name;   // the field that an upstream reads
  std::string value;  // a template: "{user.username}", "{token.scope}", text around them allowed
  Place place;
};

/// What upstreams are told of the caller: at the top level and, replacing it, per route.
struct Identity {
  std::vector<IdentityField> fields;  // a preset is written out here by the loader
  std::optional<bool> forward_authorization;
  Place place;
};

}  // namespace bearward::config
