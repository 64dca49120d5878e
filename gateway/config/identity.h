#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/place.h"

namespace bearward::config {

struct IdentityField {
  std::string name;   // the field that an upstream reads
  std::string value;  // a template: "{user.username}", "{token.scope}", text around them allowed
  Place place;
};

/// A short-lived token of the gateway's own, which says the same and which an upstream can verify.
struct Assertion {
  std::string header = "X-Bearward-Assertion";
  std::chrono::seconds ttl{30};
  std::string audience;  // empty: the name of the upstream
  Place place;
};

/// What upstreams are told of the caller: at the top level and, replacing it, per route.
struct Identity {
  std::vector<IdentityField> fields;  // a preset is written out here by the loader
  std::optional<bool> forward_authorization;
  std::optional<Assertion> assertion;
  Place place;
};

/// The names of all presets, and the assertion's usual one.
std::span<const std::string_view> usual_identity_names();

}  // namespace bearward::config
