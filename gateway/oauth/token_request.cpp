#include "oauth/token_request.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "http/field_syntax.h"
#include "http/list.h"
#include "oauth/multipart_form.h"

namespace bearward::oauth {
namespace {

constexpr std::string_view known_parameters[] = {"grant_type", "username",      "password",      "scope",
                                                 "client_id",  "client_secret", "refresh_token", "response_type"};

/// By its media type alone: a charset is of no meaning for a form, which is UTF-8 (RFC 6749 Appendix B).
/// nullopt: there is no form. multipart/form-data is beyond the RFC; FastAPI's form takes it.
std::optional<Result<Form, FormError>> read_form(http::Fields fields, std::string_view content) {
  if (http::count(fields, http::FieldId::content_type) != 1) return std::nullopt;
  const std::string_view value = http::find(fields, http::FieldId::content_type)->value;
  if (const auto boundary = multipart_boundary(value)) return parse_multipart(content, *boundary);
  if (!http::equal_ignoring_case(http::trim(value.substr(0, value.find(';'))), "application/x-www-form-urlencoded"))
    return std::nullopt;
  return Form::parse(content);
}

}  // namespace

Result<TokenRequest, TokenError> read_token_request(http::Fields fields, std::string_view content) {
  auto read = read_form(fields, content);
  if (!read) {
    // FastAPI takes content of another type for an empty form.
    return std::unexpected(TokenError::missing_parameters(
        {"username", "password"},
        "the content must be one form, application/x-www-form-urlencoded or multipart/form-data"));
  }
  Result<Form, FormError>& form = *read;
  if (!form) return std::unexpected(TokenError::invalid_request(to_string(form.error())));
  if (std::ranges::any_of(known_parameters, [&](std::string_view name) { return form->repeats(name); }))
    return std::unexpected(TokenError::invalid_request("a parameter stands more than once in the form"));
  // The implicit grant (RFC 9700 §2.1.2), asked for where there is no authorization endpoint.
  if (form->find("response_type") != nullptr) return std::unexpected(TokenError::unsupported_response_type());
  auto client = read_client(fields, *form);
  if (!client) return std::unexpected(std::move(client.error()));
  const std::string_view grant_type = form->text("grant_type");
  return TokenRequest{grant_type.empty() ? "password" : std::string(grant_type), std::move(*form), std::move(*client)};
}

}  // namespace bearward::oauth
