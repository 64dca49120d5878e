#include "endpoint/revoke_endpoint.h"

#include "endpoint/authenticate_client.h"
#include "endpoint/read_presented_token.h"
#include "http/problem.h"
#include "oauth/uncacheable.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

using config::RegisteredClient;
using oauth::TokenError;
using snapshot::Snapshot;

TokenError store_unavailable(const std::string& failure) {
  telemetry::log(telemetry::Level::error, "revocation endpoint: the store cannot be used: {}", failure);
  return TokenError::unavailable("tokens cannot be revoked now");
}

const RegisteredClient* registered(const Snapshot& snapshot, std::string_view id) {
  for (const RegisteredClient& client : snapshot.config.clients.registered) {
    if (client.id == id) return &client;
  }
  return nullptr;
}

/// RFC 7009 §2.1: "verifies whether the token was issued to the client making the revocation request". A front end
/// without a secret proves nothing by its name, so it need not give it.
Result<void, TokenError> check_owner(std::string_view owner, const RegisteredClient* asking, const Snapshot& snapshot) {
  if (asking != nullptr && asking->id == owner) return {};
  if (asking != nullptr && !owner.empty())
    return std::unexpected(TokenError{.code = oauth::TokenErrorCode::invalid_grant,
                                      .description = "the token was issued to another client"});
  const RegisteredClient* issued_to = registered(snapshot, owner);
  if (issued_to != nullptr && !issued_to->is_public) return std::unexpected(TokenError::invalid_client());
  return {};
}

http::Response method_not_allowed() {
  http::Response response = http::problem(405, "a token is revoked with POST");
  response.own_fields += "Allow: POST\r\n";
  return response;
}

}  // namespace

Task<http::Response> RevokeEndpoint::handle(http::Request request, std::shared_ptr<const Snapshot> snapshot) {
  if (request.head.method != "POST") co_return method_not_allowed();
  const config::Compatibility compatibility = snapshot->config.compatibility;
  const auto answered = co_await answer(request, std::move(snapshot));
  if (!answered) co_return oauth::to_response(answered.error(), compatibility);
  http::Response response = http::json_response(200, "{}");  // for clients that read whatever comes as JSON
  oauth::make_uncacheable(response);
  co_return response;
}

Task<Result<void, TokenError>> RevokeEndpoint::answer(http::Request request, std::shared_ptr<const Snapshot> snapshot) {
  auto argument = co_await read_presented_token(request);
  if (!argument) co_return std::unexpected(std::move(argument.error()));
  const auto client = authenticate_client(logins_, argument->client, request, *snapshot);
  if (!client) co_return std::unexpected(client.error());
  Ended subject = co_await end_token(std::move(*argument), *client, std::move(snapshot));
  if (!subject) co_return std::unexpected(std::move(subject.error()));
  // A token that is not known is as good as revoked (§2.2).
  if (subject->empty()) co_return Result<void, TokenError>{};
  const bool told = co_await announce_(std::move(*subject));
  if (!told) telemetry::log(telemetry::Level::warning, "a revoked token could not be announced to Redis");
  co_return Result<void, TokenError>{};
}

Task<RevokeEndpoint::Ended> RevokeEndpoint::end_token(oauth::TokenArgument argument, const RegisteredClient* client,
                                                      std::shared_ptr<const Snapshot> snapshot) {
  const UnixTime now = unix_now();
  if (const auto claims = verifier_.verify(argument.token.reveal(), now, *snapshot)) {
    if (const auto mine = check_owner(claims->client_id, client, *snapshot); !mine)
      co_return std::unexpected(mine.error());
    auto job = [&users = users_, claims]() -> Ended {
      if (!users.revoke_token(claims->username, claims->token_id, claims->expires_at))
        return std::unexpected(store_unavailable(users.last_failure()));
      return claims->username;
    };
    std::optional<Ended> done = co_await writing_pool_.run(std::move(job));
    if (!done) co_return std::unexpected(TokenError::unavailable("too many changes wait to be written"));
    co_return std::move(*done);
  }
  auto job = [&users = users_, &refresh = refresh_, argument = std::move(argument), client, snapshot, now]() -> Ended {
    const auto found = refresh.find(argument.token.reveal());
    if (!found) return std::unexpected(store_unavailable(refresh.last_failure()));
    if (!*found) return std::string{};
    const store::RefreshFamily& family = (*found)->family;
    if (const auto mine = check_owner(family.client_id, client, *snapshot); !mine) return std::unexpected(mine.error());
    // In this order: who asks again after a failure in between finds the login and ends all of it.
    if (!users.revoke_token(family.username, family.id, now + snapshot->config.tokens.access_ttl))
      return std::unexpected(store_unavailable(users.last_failure()));
    if (!refresh.end(family.id)) return std::unexpected(store_unavailable(refresh.last_failure()));
    return family.username;
  };
  std::optional<Ended> done = co_await writing_pool_.run(std::move(job));
  if (!done) co_return std::unexpected(TokenError::unavailable("too many changes wait to be written"));
  co_return std::move(*done);
}

}  // namespace bearward::endpoint
