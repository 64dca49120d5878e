#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/place.h"

namespace bearward::config {

/// How refusals look: RFC 6749 and 6750, or the status codes and {"detail": ...} of FastAPI's tutorial.
enum class Compatibility { rfc6749, fastapi };

/// What the gateway answers itself, in the order of the keys of `endpoints`.
enum class Endpoint : std::uint8_t { token, sign_up, me, revoke, introspect, jwks, metadata, docs };

/// The paths that the gateway answers itself; several may lead to one endpoint.
struct Endpoints {
  struct Path {
    std::string path;  // normalised
    Endpoint endpoint;
  };
  std::vector<Path> paths;
  Place place;

  /// Which endpoint answers on this normalised path; null: none does, a route decides.
  const Endpoint* find(std::string_view path) const;
  /// The paths of one endpoint, as they were written; the first is the one that documents name.
  std::vector<std::string_view> paths_of(Endpoint endpoint) const;
};

/// Its key: `sign_up`.
std::string_view to_string(Endpoint endpoint);

}  // namespace bearward::config
