#pragma once

#include "config/config.h"
#include "config/diagnostics.h"

namespace bearward::config {

/// Which sections were read without a mistake: what is missing from a broken one is not missed twice.
struct Whole {
  bool tokens = true;
  bool users = true;
};

/// What no section can see by itself: one address for two purposes, tokens that nothing can sign or
/// verify, users that are looked up nowhere, an admin listener that others can reach.
void validate(const Config& config, const Whole& whole, Diagnostics& diagnostics);

}  // namespace bearward::config
