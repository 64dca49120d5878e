#include "policy/cors.h"

#include <algorithm>

#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::policy {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

bool has_any(const std::vector<std::string>& names) { return std::ranges::find(names, "*") != names.end(); }

bool is_label_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

/// Repeats what was asked for only where it can be nothing but names.
bool is_list_of_names(std::string_view text) {
  for (const std::string_view name : http::ListView(text)) {
    if (!http::is_token(name)) return false;
  }
  return true;
}

void append_line(std::string& lines, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  lines += name;
  lines += ": ";
  lines += value;
  lines += "\r\n";
}

}  // namespace

std::optional<Preflight> read_preflight(const http::RequestHead& head) {
  if (head.method != "OPTIONS") return std::nullopt;
  Preflight preflight;
  for (const http::Field& field : head.fields) {
    if (field.id == http::FieldId::origin) preflight.origin = field.value;
    if (http::equal_ignoring_case(field.name, "Access-Control-Request-Method")) preflight.method = field.value;
    if (http::equal_ignoring_case(field.name, "Access-Control-Request-Headers")) preflight.headers = field.value;
  }
  if (preflight.origin.empty() || preflight.method.empty()) return std::nullopt;
  return preflight;
}

Cors::Cors(const config::Cors& cors)
    : any_origin_(has_any(cors.origins)),
      credentials_(cors.credentials),
      any_method_(has_any(cors.methods)),
      any_header_(has_any(cors.headers)),
      methods_(joined(cors.methods)),
      headers_(joined(cors.headers)),
      expose_(joined(cors.expose)),
      max_age_(std::to_string(cors.max_age.count())) {
  for (const std::string& origin : cors.origins) {
    const std::size_t star = origin.find('*');
    if (star == std::string::npos) origins_.push_back(origin);
    if (star != std::string::npos && origin != "*")
      wildcards_.push_back({origin.substr(0, star), origin.substr(star + 1)});
  }
}

bool Cors::allows(std::string_view origin) const {
  if (origin.empty()) return false;
  if (any_origin_ || std::ranges::find(origins_, origin) != origins_.end()) return true;
  return std::ranges::any_of(wildcards_, [origin](const Wildcard& wildcard) {
    if (origin.size() <= wildcard.before.size() + wildcard.after.size()) return false;
    if (!origin.starts_with(wildcard.before) || !origin.ends_with(wildcard.after)) return false;
    const std::string_view labels =
        origin.substr(wildcard.before.size(), origin.size() - wildcard.before.size() - wildcard.after.size());
    return std::ranges::all_of(labels, is_label_character);
  });
}

std::string Cors::origin_fields(std::string_view origin) const {
  std::string lines;
  append_line(lines, "Access-Control-Allow-Origin", any_origin_ ? "*" : origin);
  if (credentials_) append_line(lines, "Access-Control-Allow-Credentials", "true");
  return lines;
}

std::string Cors::preflight_fields(const Preflight& preflight) const {
  std::string lines = origin_fields(preflight.origin);
  // By what was asked, not `*`: that would not cover Authorization, and nothing at all with credentials.
  const bool repeats_method = any_method_ && http::is_token(preflight.method);
  const bool repeats_headers = any_header_ && is_list_of_names(preflight.headers);
  append_line(lines, "Access-Control-Allow-Methods", repeats_method ? preflight.method : methods_);
  append_line(lines, "Access-Control-Allow-Headers", repeats_headers ? preflight.headers : headers_);
  append_line(lines, "Access-Control-Max-Age", max_age_);
  append_line(lines, "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  return lines;
}

std::string Cors::answer_fields(std::string_view origin) const {
  std::string lines;
  if (allows(origin)) {
    lines = origin_fields(origin);
    append_line(lines, "Access-Control-Expose-Headers", expose_);
  }
  // To whoever is not allowed too: a cache must not give one page's answer to another.
  if (!any_origin_) append_line(lines, "Vary", "Origin");
  return lines;
}

bool is_cors_answer_field(std::string_view name) {
  constexpr std::string_view prefix = "Access-Control-";
  return http::equal_ignoring_case(name.substr(0, prefix.size()), prefix);
}

}  // namespace bearward::policy
