#include "admin/config_json_sections.h"
#include "admin/config_masks.h"
#include "config/quantity.h"

namespace bearward::admin {

namespace json = boost::json;

json::object identity_json(const config::Identity& identity) {
  json::object headers;  // a preset is written out in them
  for (const config::IdentityField& each : identity.fields) headers[each.name] = without_fixed_text(each.value);
  json::object section{{"headers", std::move(headers)},
                       {"forward_authorization", identity.forward_authorization.value_or(false)}};
  if (identity.assertion) {
    json::object assertion{{"header", identity.assertion->header},
                           {"ttl", config::format_duration(identity.assertion->ttl)}};
    add_text(assertion, "audience", identity.assertion->audience);
    section["assertion"] = std::move(assertion);
  }
  return section;
}

}  // namespace bearward::admin
