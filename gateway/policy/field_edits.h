#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/diagnostics.h"
#include "config/routes.h"
#include "http/fields.h"
#include "http/head_writer.h"
#include "policy/field_name_set.h"

namespace bearward::policy {

/// `request_headers` or `response_headers` of a route: fields to set and to remove. Cheap to copy; immutable.
class FieldEdits {
 public:
  /// `what` names the block in messages; fields in `identity` (may be null) are refused.
  static FieldEdits compile(const config::FieldEdits& edits, std::string_view what, const FieldNameSet* identity,
                            const config::Place& place, config::Diagnostics& diagnostics);

  bool empty() const { return dropped_ == nullptr; }
  /// Is this field, in any folded spelling, removed or replaced? Then it is not passed on.
  bool drops(const http::Field& field) const { return dropped_ != nullptr && dropped_->contains(field); }
  /// Writes the fields that are set.
  void write(http::HeadWriter& head) const;

 private:
  using Set = std::vector<std::pair<std::string, std::string>>;
  std::shared_ptr<const FieldNameSet> dropped_;  // null: there are no edits
  std::shared_ptr<const Set> set_;
};

}  // namespace bearward::policy
