#include "endpoint/introspect_endpoint.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "endpoint/authenticate_client.h"
#include "endpoint/read_presented_token.h"
#include "http/problem.h"
#include "identity/scope.h"
#include "oauth/uncacheable.h"
#include "telemetry/log.h"
#include "token/standing.h"

namespace bearward::endpoint {
namespace {

namespace json = boost::json;
using oauth::TokenError;
using snapshot::Snapshot;

/// RFC 7662 §2.2: of a token that is not active nothing more is said, not even why.
json::object inactive() { return {{"active", false}}; }

/// The claims that §2.2 and RFC 8705 §3.2 define, as the token has them.
json::object description_of(const identity::TokenClaims& claims) {
  json::object members{{"active", true}, {"token_type", "Bearer"}};
  for (const char* name : {"scope", "client_id", "exp", "iat", "nbf", "sub", "aud", "iss", "jti", "cnf"}) {
    if (const json::value* value = claims.all.if_contains(name)) members[name] = *value;
  }
  if (!claims.is_client) members["username"] = claims.username;
  return members;
}

json::object description_of(const store::RefreshTokenState& token, const std::string& issuer) {
  json::object members{{"active", true},
                       {"username", token.family.username},
                       {"sub", token.family.username},
                       {"iat", std::chrono::floor<std::chrono::seconds>(token.issued_at).time_since_epoch().count()},
                       {"exp", token.expires_at.time_since_epoch().count()}};
  if (!token.family.client_id.empty()) members["client_id"] = token.family.client_id;
  if (!token.family.scopes.empty()) members["scope"] = identity::joined(token.family.scopes);
  if (!issuer.empty()) members["iss"] = issuer;
  return members;
}

/// Whether a renewal with it would succeed as far as its user is concerned.
bool stands(const store::RefreshTokenState& token, const identity::User* user) {
  return user != nullptr && !user->disabled && token.issued_at >= user->tokens_not_before &&
         !std::ranges::binary_search(user->revoked, token.family.id);
}

TokenError store_unavailable() { return TokenError::unavailable("tokens cannot be looked up now"); }

}  // namespace

Task<http::Response> IntrospectEndpoint::handle(http::Request request, std::shared_ptr<const Snapshot> snapshot) {
  if (request.head.method != "POST") {
    http::Response refused = http::problem(405, "a token is introspected with POST");
    refused.own_fields += "Allow: POST\r\n";
    co_return refused;
  }
  const config::Compatibility compatibility = snapshot->config.compatibility;
  const Answer answered = co_await answer(request, std::move(snapshot));
  if (!answered) co_return oauth::to_response(answered.error(), compatibility);
  http::Response response = http::json_response(200, json::serialize(*answered));
  oauth::make_uncacheable(response);
  co_return response;
}

Task<IntrospectEndpoint::Answer> IntrospectEndpoint::answer(http::Request request,
                                                            std::shared_ptr<const Snapshot> snapshot) {
  auto argument = co_await read_presented_token(request);
  if (!argument) co_return std::unexpected(std::move(argument.error()));
  const auto client = authenticate_client(logins_, argument->client, request, *snapshot);
  if (!client) co_return std::unexpected(client.error());
  // §4: who could ask without showing a secret could look for tokens that are good.
  if (*client == nullptr || (*client)->is_public) co_return std::unexpected(TokenError::invalid_client());
  if (auto claims = verifier_.verify(argument->token.reveal(), unix_now(), *snapshot))
    co_return co_await describe_access_token(std::move(claims));
  co_return co_await describe_refresh_token(std::move(argument->token), std::move(snapshot));
}

Task<IntrospectEndpoint::Answer> IntrospectEndpoint::describe_access_token(
    std::shared_ptr<const identity::TokenClaims> claims) {
  const auto user = co_await users_.find(claims->username);
  if (!user) co_return std::unexpected(store_unavailable());
  co_return token::objection_to(*claims, user->get()) ? inactive() : description_of(*claims);
}

Task<IntrospectEndpoint::Answer> IntrospectEndpoint::describe_refresh_token(Secret token,
                                                                            std::shared_ptr<const Snapshot> snapshot) {
  using Found = Result<std::optional<store::RefreshTokenState>, store::StoreError>;
  auto job = [&refresh = refresh_, token = std::move(token)]() -> Found {
    Found found = refresh.find(token.reveal());
    if (!found)
      telemetry::log(telemetry::Level::error, "introspection endpoint: the store cannot be read: {}",
                     refresh.last_failure());
    return found;
  };
  const std::optional<Found> found = co_await store_pool_.run(std::move(job));
  if (!found || !*found) co_return std::unexpected(store_unavailable());
  const std::optional<store::RefreshTokenState>& state = **found;
  const config::Tokens& settings = snapshot->config.tokens;
  const bool usable =
      state && state->expires_at > unix_now() && store::may_use(*state, unix_now_ms(), settings.refresh_grace);
  if (!usable) co_return inactive();
  const auto user = co_await users_.find(state->family.username);
  if (!user) co_return std::unexpected(store_unavailable());
  if (!stands(*state, user->get())) co_return inactive();
  co_return description_of(*state, settings.issuer);
}

}  // namespace bearward::endpoint
