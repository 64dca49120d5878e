#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/place.h"
#include "policy/access.h"
#include "policy/field_edits.h"
#include "policy/host_pattern.h"
#include "policy/identity_fields.h"
#include "policy/path_pattern.h"

namespace bearward::policy {

/// One entry of `routes:`, checked and ready to serve.
struct Route {
  std::string name;
  config::Place place;
  HostPattern host;
  PathPattern path;
  std::vector<std::string> methods;  // sorted; empty: any
  AccessRule access;
  std::string upstream;
  std::size_t upstream_index = 0;  // in Config::upstreams
  IdentityFields identity;
  bool forward_authorization = false;
  std::string strip_prefix;  // for policy/rewrite
  FieldEdits request_fields;
  FieldEdits response_fields;
};

}  // namespace bearward::policy
