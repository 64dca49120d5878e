#include "policy/field_edits.h"

#include <string_view>

#include "http/field_syntax.h"

namespace bearward::policy {
namespace {

/// Says what is wrong with editing `name`, or "".
std::string refusal(std::string_view name, const FieldNameSet* identity) {
  const std::string quoted = "\"" + std::string{name} + "\"";
  if (!http::is_token(name)) return "found field name " + quoted + ", expected letters, digits and - (RFC 9110 §5.1)";
  if (is_reserved_field(name)) return quoted + " is written by the gateway itself; leave it out";
  if (identity != nullptr && identity->contains(name)) {
    return quoted + " is an identity field, stripped and written by the gateway; set it under identity";
  }
  return "";
}

/// RFC 9110 §5.5: white space around a value is not part of it.
bool is_padded(std::string_view value) {
  constexpr std::string_view blank = " \t";
  return !value.empty() && (blank.contains(value.front()) || blank.contains(value.back()));
}

}  // namespace

FieldEdits FieldEdits::compile(const config::FieldEdits& edits, std::string_view what, const FieldNameSet* identity,
                               const config::Place& place, config::Diagnostics& diagnostics) {
  FieldNameSet dropped;
  Set set;
  const std::string where = std::string{what} + ": ";
  const auto accept = [&](std::string_view name) {
    std::string problem = refusal(name, identity);
    if (problem.empty() && dropped.contains(name)) {
      problem = "\"" + std::string{name} + "\" stands here twice, once perhaps in another spelling; keep one";
    }
    if (!problem.empty()) diagnostics.error(place, where + problem);
    if (problem.empty()) dropped.insert(name);
    return problem.empty();
  };
  for (const auto& [name, value] : edits.set) {
    if (!accept(name)) continue;
    if (!http::is_field_value(value) || is_padded(value)) {
      diagnostics.error(place, where + "the value of \"" + name +
                                   "\" has a control character, or white space around it; no field can carry it");
      continue;
    }
    set.emplace_back(name, value);
  }
  for (const std::string& name : edits.remove) accept(name);
  FieldEdits compiled;
  if (dropped.size() == 0) return compiled;
  compiled.dropped_ = std::make_shared<const FieldNameSet>(std::move(dropped));
  compiled.set_ = std::make_shared<const Set>(std::move(set));
  return compiled;
}

void FieldEdits::write(http::HeadWriter& head) const {
  if (set_ == nullptr) return;
  for (const auto& [name, value] : *set_) head.field(name, value);
}

}  // namespace bearward::policy
