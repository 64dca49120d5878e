#include "oauth/multipart_form.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::oauth {
namespace {

constexpr std::size_t max_boundary_bytes = 70;  // RFC 2046 §5.1.1
constexpr std::size_t max_part_head_bytes = 1024;
constexpr std::size_t max_part_fields = 8;

/// A parameter of a field, `; name=value`, its value a token or a quoted string. Escapes are refused: form names
/// that a login reads have none, and two readers may understand them differently.
struct Parameter {
  std::string_view name;
  std::string_view value;
};

bool is_token(std::string_view text) {
  return !text.empty() && text.find_first_not_of(
                              "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                              "UVWXYZ") == text.npos;
}

/// Takes the next parameter from the front of `rest`; nullopt where there is none or it is malformed.
std::optional<Parameter> take_parameter(std::string_view& rest) {
  rest = http::trim(rest);
  if (!rest.starts_with(';')) return std::nullopt;
  rest = http::trim(rest.substr(1));
  const std::size_t equals = rest.find('=');
  if (equals == rest.npos || !is_token(rest.substr(0, equals))) return std::nullopt;
  Parameter parameter{rest.substr(0, equals), {}};
  rest.remove_prefix(equals + 1);
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find_first_of("\"\\", 1);
    if (end == rest.npos || rest[end] == '\\') return std::nullopt;
    parameter.value = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return parameter;
  }
  const std::size_t end = std::min(rest.find_first_of("; \t"), rest.size());
  parameter.value = rest.substr(0, end);
  rest.remove_prefix(end);
  if (!is_token(parameter.value)) return std::nullopt;
  return parameter;
}

/// The `name` of a `form-data` disposition without `filename`.
std::optional<std::string_view> name_of(std::string_view disposition) {
  const std::size_t end = std::min(disposition.find(';'), disposition.size());
  if (!http::equal_ignoring_case(http::trim(disposition.substr(0, end)), "form-data")) return std::nullopt;
  std::string_view rest = disposition.substr(end);
  std::optional<std::string_view> name;
  while (!http::trim(rest).empty()) {
    const auto parameter = take_parameter(rest);
    if (!parameter || !http::equal_ignoring_case(parameter->name, "name") || name) return std::nullopt;
    name = parameter->value;
  }
  return name;
}

bool is_identity_encoding(std::string_view value) {
  for (const std::string_view known : {"7bit", "8bit", "binary"})
    if (http::equal_ignoring_case(value, known)) return true;
  return false;
}

/// Reads the head of a part from the front of `rest`, up to and with its empty line; the name that it gives.
std::optional<std::string_view> take_part_head(std::string_view& rest) {
  std::optional<std::string_view> name;
  std::size_t taken = 0;
  for (std::size_t fields = 0; fields <= max_part_fields; ++fields) {
    const std::size_t end = rest.substr(0, max_part_head_bytes - taken).find("\r\n");
    if (end == rest.npos) return std::nullopt;
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    taken += end + 2;
    if (line.empty()) return name;
    const std::size_t colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) return std::nullopt;
    const std::string_view value = http::trim(line.substr(colon + 1));
    if (http::equal_ignoring_case(line.substr(0, colon), "Content-Disposition")) {
      if (name) return std::nullopt;
      name = name_of(value);
      if (!name) return std::nullopt;
    } else if (http::equal_ignoring_case(line.substr(0, colon), "Content-Transfer-Encoding")) {
      if (!is_identity_encoding(value)) return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::size_t end = std::min(content_type.find(';'), content_type.size());
  if (!http::equal_ignoring_case(http::trim(content_type.substr(0, end)), "multipart/form-data")) return std::nullopt;
  std::string_view rest = content_type.substr(end);
  std::optional<std::string> boundary;
  while (!http::trim(rest).empty()) {
    const auto parameter = take_parameter(rest);
    if (!parameter) return std::nullopt;
    if (!http::equal_ignoring_case(parameter->name, "boundary")) continue;  // charset=utf-8, of some libraries
    if (boundary) return std::nullopt;
    boundary = std::string(parameter->value);
  }
  constexpr std::string_view allowed = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
  if (!boundary || boundary->empty() || boundary->size() > max_boundary_bytes || boundary->ends_with(' ') ||
      boundary->find_first_not_of(allowed) != boundary->npos)
    return std::nullopt;
  return boundary;
}

Result<Form, FormError> parse_multipart(std::string_view content, std::string_view boundary) {
  const auto malformed = std::unexpected(FormError::malformed_multipart);
  const std::string delimiter = "\r\n--" + std::string(boundary);
  Form form;
  if (!content.starts_with(std::string_view(delimiter).substr(2))) return malformed;
  content.remove_prefix(delimiter.size() - 2);
  while (!content.starts_with("--")) {
    if (!content.starts_with("\r\n")) return malformed;
    content.remove_prefix(2);
    const auto name = take_part_head(content);
    const std::size_t end = content.find(delimiter);
    if (!name || end == content.npos) return malformed;
    const std::string_view value = content.substr(0, end);
    if (!is_utf8(*name) || !is_utf8(value)) return malformed;
    if (!form.add(std::string(*name), Secret(std::string(value))))
      return std::unexpected(FormError::too_many_parameters);
    content.remove_prefix(end + delimiter.size());
  }
  if (content != "--" && content != "--\r\n") return malformed;
  return form;
}

}  // namespace bearward::oauth
