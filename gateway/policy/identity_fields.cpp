#include "policy/identity_fields.h"

#include <algorithm>
#include <optional>

#include "http/field_syntax.h"

namespace bearward::policy {
namespace {

using Templates = std::vector<IdentityTemplate>;

/// Says what is wrong with an identity field of that name, or "".
std::string refusal(std::string_view name, const FieldNameSet& here) {
  const std::string quoted = "\"" + std::string{name} + "\"";
  if (!http::is_token(name)) return "found field name " + quoted + ", expected letters, digits and - (RFC 9110 §5.1)";
  if (is_gateway_field(name))
    return quoted + " has a meaning of its own on the way to an upstream; choose another name";
  if (here.contains(name)) return quoted + " stands here twice, once perhaps in another spelling; keep one";
  return "";
}

/// The fields of one block, each mistake reported where it stands.
Templates compile_block(const config::Identity& identity, config::Diagnostics& diagnostics) {
  Templates templates;
  FieldNameSet here;
  for (const config::IdentityField& field : identity.fields) {
    if (const std::string problem = refusal(field.name, here); !problem.empty()) {
      diagnostics.error(field.place, problem);
      continue;
    }
    here.insert(field.name);
    auto parsed = IdentityTemplate::parse(field.name, field.value);
    if (parsed) {
      templates.push_back(std::move(*parsed));
    } else {
      diagnostics.error(field.place, field.name + ": " + parsed.error());
    }
  }
  if (identity.assertion) {
    if (const std::string problem = refusal(identity.assertion->header, here); !problem.empty())
      diagnostics.error(identity.assertion->place, "assertion: " + problem);
  }
  return templates;
}

/// The top level's fields, those that the route names too replaced in their place, then the route's new ones.
Templates merge(Templates fields, Templates of_route) {
  for (IdentityTemplate& own : of_route) {
    const auto same_name = [&](const IdentityTemplate& each) { return http::folded_equal(each.name(), own.name()); };
    const auto at = std::ranges::find_if(fields, same_name);
    if (at != fields.end()) {
      *at = std::move(own);
    } else {
      fields.push_back(std::move(own));
    }
  }
  return fields;
}

}  // namespace

IdentityFields::IdentityFields()
    : stripped_(std::make_shared<const FieldNameSet>()), templates_(std::make_shared<const Templates>()) {}

IdentityFields::IdentityFields(std::shared_ptr<const FieldNameSet> stripped, std::shared_ptr<const Templates> templates)
    : stripped_(std::move(stripped)), templates_(std::move(templates)) {}

Result<void, IdentityError> IdentityFields::write(const identity::Principal& principal, http::HeadWriter& head) const {
  if (principal.anonymous() && !principal.certificate) return {};
  for (const IdentityTemplate& field : *templates_) {
    if (auto written = field.write(principal, head); !written) return written;
  }
  return {};
}

std::vector<std::string_view> IdentityFields::names() const {
  std::vector<std::string_view> names;
  for (const IdentityTemplate& field : *templates_) names.push_back(field.name());
  return names;
}

FieldNameSet identity_names(const config::Identity& top, std::span<const config::Route> routes) {
  FieldNameSet names;
  for (const std::string_view name : config::usual_identity_names()) names.insert(name);
  const auto insert = [&](const config::Identity& identity) {
    for (const config::IdentityField& field : identity.fields) names.insert(field.name);
    if (identity.assertion) names.insert(identity.assertion->header);
  };
  insert(top);
  for (const config::Route& route : routes) {
    if (route.identity) insert(*route.identity);
  }
  return names;
}

std::vector<IdentityFields> compile_identity(const config::Identity& top, std::span<const config::Route> routes,
                                             config::Diagnostics& diagnostics) {
  const auto shared = std::make_shared<const Templates>(compile_block(top, diagnostics));
  std::vector<std::shared_ptr<const Templates>> of_routes;
  for (const config::Route& route : routes) {
    if (!route.identity) {
      of_routes.push_back(shared);
      continue;
    }
    Templates own = compile_block(*route.identity, diagnostics);
    of_routes.push_back(own.empty() ? shared : std::make_shared<const Templates>(merge(*shared, std::move(own))));
  }
  const auto stripped = std::make_shared<const FieldNameSet>(identity_names(top, routes));
  std::vector<IdentityFields> result;
  for (auto& templates : of_routes) result.push_back({stripped, std::move(templates)});
  return result;
}

}  // namespace bearward::policy
