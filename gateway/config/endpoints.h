#pragma once

#include <string>
#include <vector>

#include "config/place.h"

namespace bearward::config {

/// How refusals look: RFC 6749 and 6750, or the status codes and {"detail": ...} of FastAPI's tutorial.
enum class Compatibility { rfc6749, fastapi };

/// The paths that the gateway answers itself, each normalised; a list serves several.
struct Endpoints {
  std::vector<std::string> token;
  Place place;
};

}  // namespace bearward::config
