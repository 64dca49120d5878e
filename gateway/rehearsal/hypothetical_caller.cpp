#include "rehearsal/hypothetical_caller.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "token/certificate_binding.h"
#include "token/claims.h"
#include "token/described_user.h"

namespace bearward::rehearsal {
namespace {

namespace json = boost::json;
using pipeline::Rejection;

std::int64_t seconds_of(UnixTime time) { return time.time_since_epoch().count(); }

std::string text_of(const json::object& claims, std::string_view name) {
  const json::value* value = claims.if_contains(name);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

/// A list of texts, or one text.
std::vector<std::string> texts_of(const json::object& claims, std::string_view name) {
  std::vector<std::string> texts;
  const json::value* value = claims.if_contains(name);
  if (value == nullptr) return texts;
  if (value->is_string()) texts.emplace_back(value->get_string());
  if (!value->is_array()) return texts;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

std::shared_ptr<const identity::User> user_of(const identity::TokenClaims& token) {
  if (text_of(token.all, "gty") == "client_credentials") return nullptr;
  auto user = std::make_shared<identity::User>();
  user->username = token.username;
  user->email = text_of(token.all, "email");
  user->full_name = text_of(token.all, "full_name");
  user->roles = texts_of(token.all, "roles");
  return user;
}

/// Whose token it is said to be, of those that are trusted; null: ours.
const config::TrustedIssuer* trusted_issuer_of(const json::object& claims, const config::Tokens& tokens) {
  const auto found = std::ranges::find(tokens.trusted_issuers, text_of(claims, "iss"), &config::TrustedIssuer::issuer);
  return found == tokens.trusted_issuers.end() ? nullptr : &*found;
}

}  // namespace

Caller nobody() {
  return [](const http::RequestHead&, policy::TokenNeed need,
            const Certificate&) -> Result<identity::Principal, Rejection> {
    if (need != policy::TokenNeed::required) return identity::Principal{};
    return std::unexpected(Rejection::no_credentials());
  };
}

Result<identity::Principal, std::string> hypothetical_principal(const json::object& claims,
                                                                const config::Tokens& tokens, UnixTime now) {
  json::object whole = claims;
  const auto fill = [&](std::string_view name, json::value value) {
    if (!whole.contains(name)) whole.emplace(name, std::move(value));
  };
  if (!tokens.issuer.empty()) fill("iss", json::string(tokens.issuer));
  if (!tokens.audience.empty()) fill("aud", json::string(tokens.audience));
  fill("iat", seconds_of(now));
  fill("exp", seconds_of(now + tokens.access_ttl));
  const config::TrustedIssuer* const issuer = trusted_issuer_of(whole, tokens);
  auto parsed = token::parse_claims(json::serialize(whole), issuer != nullptr ? issuer->username_claim : "sub");
  if (!parsed) {
    return std::unexpected(
        std::string("these are not the claims of a token: sub has to be a name, scope and client_id texts, iat and exp "
                    "seconds since 1970"));
  }
  if (issuer != nullptr) {
    const token::UserMapping mapping{issuer->username_prefix, issuer->roles_claim, issuer->require_user};
    if (!token::describe_user(*parsed, mapping)) {
      return std::unexpected(
          std::string("a token of this trusted issuer with these claims is refused: its roles have to be texts, and a "
                      "name in the user store has no colon"));
    }
  }
  auto token = std::make_shared<const identity::TokenClaims>(std::move(*parsed));
  auto user = token->described_user ? token->described_user : user_of(*token);
  return identity::Principal{std::move(token), std::move(user)};
}

Result<Caller, std::string> hypothetical_caller(const json::object& claims, const config::Tokens& tokens,
                                                UnixTime now) {
  auto principal = hypothetical_principal(claims, tokens, now);
  if (!principal) return std::unexpected(std::move(principal.error()));
  // Whose token it is said to be is not looked at: that it is well signed and ours is what is supposed.
  const auto timely =
      token::check_claims(*principal->token, {.issuer = {}, .audiences = {}, .leeway = tokens.leeway}, now);
  if (timely) {
    return [principal = std::move(*principal)](const http::RequestHead&, policy::TokenNeed need,
                                               const Certificate& shown) -> Result<identity::Principal, Rejection> {
      if (token::may_present(*principal.token, shown.get())) return principal;
      if (need == policy::TokenNeed::optional) return identity::Principal{};
      return std::unexpected(Rejection::invalid_token(token::to_string(token::TokenError::wrong_certificate)));
    };
  }
  return [reason = token::to_string(timely.error())](const http::RequestHead&, policy::TokenNeed need,
                                                     const Certificate&) -> Result<identity::Principal, Rejection> {
    if (need == policy::TokenNeed::optional) return identity::Principal{};
    return std::unexpected(Rejection::invalid_token(reason));
  };
}

}  // namespace bearward::rehearsal
