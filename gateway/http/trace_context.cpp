#include "http/trace_context.h"

#include <algorithm>

#include "http/field_syntax.h"

namespace bearward::http {
namespace {

constexpr std::uint32_t traceparent_hash = folded_hash("traceparent");
constexpr std::uint32_t tracestate_hash = folded_hash("tracestate");

bool is_traceparent_field(const Field& field) {
  return field.folded_hash == traceparent_hash && equal_ignoring_case(field.name, "traceparent");
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos; }

}  // namespace

bool is_traceparent(std::string_view value) {
  // VERSION-TRACE_ID-PARENT_ID-FLAGS
  constexpr std::size_t known = 55;
  if (value.size() < known || value[2] != '-' || value[35] != '-' || value[52] != '-') return false;
  const std::string_view version = value.substr(0, 2);
  if (!is_hex(version) || version == "ff") return false;
  if (value.size() > known && (version == "00" || value[known] != '-')) return false;
  return is_id(value.substr(3, 32)) && is_id(value.substr(36, 16)) && is_hex(value.substr(53, 2));
}

TraceContext::TraceContext(Fields fields) {
  bool seen = false;
  for (const Field& field : fields) {
    if (!is_traceparent_field(field)) continue;
    good_ = !seen && is_traceparent(field.value);
    seen = true;
  }
}

bool TraceContext::drops(const Field& field) const {
  if (good_) return false;
  return is_traceparent_field(field) ||
         (field.folded_hash == tracestate_hash && equal_ignoring_case(field.name, "tracestate"));
}

}  // namespace bearward::http
