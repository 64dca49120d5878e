#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/diagnostics.h"
#include "config/identity.h"
#include "config/routes.h"
#include "http/fields.h"
#include "http/head_writer.h"
#include "identity/principal.h"
#include "policy/field_name_set.h"
#include "policy/identity_template.h"

namespace bearward::policy {

/// What the upstream of one route is told of the caller. Cheap to copy; immutable.
class IdentityFields {
 public:
  IdentityFields();  // strips and writes nothing

  /// Is this an identity name of any route, in any spelling that a CGI server folds together? Then what
  /// the client sent is dropped, on every route: two routes may share an upstream that trusts the name.
  bool strips(const http::Field& field) const { return stripped_->contains(field); }

  /// Writes `Name: value` lines. Nothing for an anonymous principal without a certificate; a field whose claim is
  /// absent (or an empty list or text) is left out; lists are comma-joined, scope stays space-separated. After an error
  /// the head is not to be sent. Allocates nothing.
  Result<void, IdentityError> write(const identity::Principal& principal, http::HeadWriter& head) const;

  /// The names written on this route, as configured.
  std::vector<std::string_view> names() const;

 private:
  friend std::vector<IdentityFields> compile_identity(const config::Identity&, std::span<const config::Route>,
                                                      config::Diagnostics&);
  IdentityFields(std::shared_ptr<const FieldNameSet> stripped,
                 std::shared_ptr<const std::vector<IdentityTemplate>> templates);

  std::shared_ptr<const FieldNameSet> stripped_;                    // one for the whole configuration
  std::shared_ptr<const std::vector<IdentityTemplate>> templates_;  // shared by routes that add nothing
};

/// Every name that tells an upstream who asks: what this configuration uses anywhere, and, since an upstream
/// may heed one whatever the gateway is told to use, the usual names of all presets.
FieldNameSet identity_names(const config::Identity& top, std::span<const config::Route> routes);

/// One for each of `routes`, in their order. A route's fields are added to the top level's and replace
/// those of the same (folded) name.
std::vector<IdentityFields> compile_identity(const config::Identity& top, std::span<const config::Route> routes,
                                             config::Diagnostics& diagnostics);

}  // namespace bearward::policy
