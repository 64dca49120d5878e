#include "oauth/token_argument.h"

#include <boost/json/parse.hpp>
#include <string>

#include "http/field_syntax.h"
#include "http/list.h"

namespace bearward::oauth {
namespace {

constexpr std::string_view parameters[] = {"token", "client_id", "client_secret"};

bool has_content_of(http::Fields fields, std::string_view type) {
  if (http::count(fields, http::FieldId::content_type) != 1) return false;
  const std::string_view value = http::find(fields, http::FieldId::content_type)->value;
  return http::equal_ignoring_case(http::trim(value.substr(0, value.find(';'))), type);
}

/// Every octet as %XX: what a form takes for exactly this text.
void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(digits[octet >> 4U]);
    out.push_back(digits[octet & 15U]);
  }
}

/// The members that mean something here, as a form: one reader then serves both. False when it is no object, or
/// one of them is no text.
bool to_form(std::string_view content, std::string& form) {
  error_code error;
  const boost::json::value json = boost::json::parse(content, error);
  if (error || !json.is_object()) return false;
  for (const std::string_view name : parameters) {
    const boost::json::value* value = json.get_object().if_contains(name);
    if (value == nullptr || value->is_null()) continue;
    if (!value->is_string()) return false;
    if (!form.empty()) form.push_back('&');
    form.append(name).push_back('=');
    append_encoded(form, value->get_string());
  }
  return true;
}

Result<Form, TokenError> read_form(http::Fields fields, std::string_view content) {
  std::string converted;
  if (has_content_of(fields, "application/json")) {
    if (!to_form(content, converted))
      return std::unexpected(TokenError::invalid_request("the content must be a JSON object whose token is a text"));
    content = converted;
  } else if (!has_content_of(fields, "application/x-www-form-urlencoded")) {
    return std::unexpected(TokenError::missing_parameters(
        {"token"}, "the content must be one form of type application/x-www-form-urlencoded"));
  }
  auto form = Form::parse(content);
  if (!form) return std::unexpected(TokenError::invalid_request(to_string(form.error())));
  return *std::move(form);
}

}  // namespace

Result<TokenArgument, TokenError> read_token_argument(http::Fields fields, std::string_view content) {
  const auto form = read_form(fields, content);
  if (!form) return std::unexpected(form.error());
  for (const std::string_view name : parameters) {
    if (form->repeats(name))
      return std::unexpected(TokenError::invalid_request("a parameter stands more than once in the form"));
  }
  auto client = read_client(fields, *form);
  if (!client) return std::unexpected(std::move(client.error()));
  const Secret* token = form->find("token");
  if (token == nullptr) return std::unexpected(TokenError::missing_parameters({"token"}, "token is missing"));
  return TokenArgument{*token, *std::move(client)};
}

}  // namespace bearward::oauth
