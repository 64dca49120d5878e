#include "oauth/client_authentication.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/base64url.h"
#include "http/field_syntax.h"
#include "http/list.h"
#include "http/percent_decoding.h"

namespace bearward::oauth {
namespace {

/// RFC 4648 §4, with its padding.
std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != text.npos) return std::nullopt;
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string url_safe(text);
  std::ranges::replace(url_safe, '+', '-');
  std::ranges::replace(url_safe, '/', '_');
  const Secret wiped_later(std::move(url_safe));
  return base64url_decode(wiped_later.reveal());
}

/// `name:password`, each form-encoded first (RFC 6749 §2.3.1), in base64 (RFC 7617 §2).
std::optional<ClientCredentials> parse_basic(std::string_view encoded) {
  auto decoded = base64_decode(encoded);
  if (!decoded) return std::nullopt;
  const Secret pair(std::move(*decoded));
  const std::size_t colon = pair.reveal().find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto id = http::form_decode(pair.reveal().substr(0, colon));
  auto secret = http::form_decode(pair.reveal().substr(colon + 1));
  if (!id || !secret) return std::nullopt;
  return ClientCredentials{std::move(*id), Secret(std::move(*secret))};
}

/// No credentials where the request has no Basic ones.
Result<ClientCredentials, TokenError> read_basic(http::Fields fields) {
  if (http::count(fields, http::FieldId::authorization) > 1)
    return std::unexpected(TokenError::invalid_request("the request has more than one Authorization field"));
  const http::Field* const field = http::find(fields, http::FieldId::authorization);
  if (field == nullptr) return ClientCredentials{};
  const std::size_t space = std::min(field->value.find(' '), field->value.size());
  if (!http::equal_ignoring_case(field->value.substr(0, space), "Basic")) return ClientCredentials{};
  auto client = parse_basic(http::trim(field->value.substr(space)));
  if (!client) return std::unexpected(TokenError::invalid_request("the Basic credentials of the client are malformed"));
  return std::move(*client);
}

}  // namespace

Result<ClientCredentials, TokenError> read_client(http::Fields fields, const Form& form) {
  auto client = read_basic(fields);
  if (!client) return client;
  const std::string_view id = form.text("client_id");
  const Secret* const secret = form.find("client_secret");
  if (client->id.empty() && client->secret.empty())
    return ClientCredentials{std::string(id), secret == nullptr ? Secret{} : *secret};
  if (secret != nullptr || (!id.empty() && id != client->id))
    return std::unexpected(TokenError::invalid_request("the request names its client in two ways"));
  return client;
}

}  // namespace bearward::oauth
