#include "endpoint/token_endpoint.h"

#include <utility>

#include "endpoint/password_login.h"
#include "http/problem.h"
#include "http/read_content.h"
#include "oauth/grant_password.h"
#include "oauth/token_request.h"
#include "telemetry/log.h"

namespace bearward::endpoint {
namespace {

using config::Compatibility;
using config::GrantType;
using config::RegisteredClient;
using oauth::TokenError;
using snapshot::Snapshot;

http::Response method_not_allowed(Compatibility compatibility) {
  http::Response response = compatibility == Compatibility::fastapi
                                ? http::detail_only(405, "Method Not Allowed")
                                : http::problem(405, "a token is asked for with POST");
  response.own_fields += "Allow: POST\r\n";
  return response;
}

TokenError error_of(http::ReadContentError error) {
  return error == http::ReadContentError::too_large ? TokenError::content_too_large()
                                                    : TokenError::invalid_request("the content is cut short");
}

TokenError error_of(LoginError error, const store::UserStore& users) {
  if (error == LoginError::refused) return TokenError::wrong_password();
  telemetry::log(telemetry::Level::error, "token endpoint: the user store cannot be read: {}", users.last_failure());
  return TokenError::unavailable("logins cannot be checked now");
}

/// The password grant as one job of the hashing pool: the store's reads, the hash, the signature.
Result<oauth::TokenResponse, TokenError> log_in_and_sign(store::UserStore& users, const oauth::PasswordGrant& grant,
                                                         const RegisteredClient* client, const Snapshot& snapshot) {
  const auto user = log_in(users, grant.username, grant.password, snapshot.config.users.password_hash);
  if (!user) return std::unexpected(error_of(user.error(), users));
  auto scope = oauth::grant_scope(grant.requested, snapshot.config.compatibility);
  if (!scope) return std::unexpected(std::move(scope.error()));
  // The name of a client that is not registered is left out: upstreams would take it for verified.
  const token::AccessTokenGrant claims{
      .subject = user->username, .client_id = client == nullptr ? std::string{} : client->id, .scopes = scope->scopes};
  token::IssuedToken issued = snapshot.token_issuer->issue(claims, unix_now_ms());
  return oauth::TokenResponse{.access_token = std::move(issued.token),
                              .expires_in = issued.expires_in,
                              .scope = scope->differs ? std::optional(std::string{}) : std::nullopt,
                              .username = user->username};
}

}  // namespace

Task<http::Response> TokenEndpoint::handle(http::Request request, std::shared_ptr<const Snapshot> snapshot) {
  const Compatibility compatibility = snapshot->config.compatibility;
  if (request.head.method != "POST") co_return method_not_allowed(compatibility);
  const Answer answered = co_await answer(request, std::move(snapshot));
  co_return answered ? oauth::to_response(*answered) : oauth::to_response(answered.error(), compatibility);
}

Task<TokenEndpoint::Answer> TokenEndpoint::answer(http::Request request, std::shared_ptr<const Snapshot> snapshot) {
  const auto content = co_await http::read_content(request.content, oauth::max_token_request_bytes);
  if (!content) co_return std::unexpected(error_of(content.error()));
  auto parsed = oauth::read_token_request(request.head.fields, content->reveal());
  if (!parsed) co_return std::unexpected(std::move(parsed.error()));
  const auto client = snapshot->clients.authenticate(parsed->client, snapshot->config.compatibility);
  if (!client) co_return std::unexpected(client.error());
  if (!snapshot->token_issuer)
    co_return std::unexpected(TokenError::unavailable("there is no key to sign tokens with"));
  Admitted admitted{std::move(*parsed), *client, WaitingClient(request.connection, steady_now()), std::move(snapshot)};
  co_return co_await grant(std::move(admitted));
}

Task<TokenEndpoint::Answer> TokenEndpoint::grant(Admitted admitted) {
  if (admitted.request.grant_type != "password")
    co_return std::unexpected(TokenError::unsupported_grant_type(admitted.request.grant_type));
  if (const auto may = admitted.snapshot->clients.admit(admitted.client, GrantType::password); !may)
    co_return std::unexpected(may.error());
  co_return co_await grant_password(std::move(admitted));
}

Task<TokenEndpoint::Answer> TokenEndpoint::grant_password(Admitted admitted) {
  auto grant = oauth::read_password_grant(admitted.request);
  if (!grant) co_return std::unexpected(std::move(grant.error()));
  auto job = [&users = users_, grant = std::move(*grant), admitted = std::move(admitted)]() -> Answer {
    if (admitted.waiting.has_given_up(steady_now()))
      return std::unexpected(TokenError::unavailable("nobody waits any more"));
    return log_in_and_sign(users, grant, admitted.client, *admitted.snapshot);
  };
  std::optional<Answer> done = co_await hashing_pool_.run(std::move(job));
  if (!done) co_return std::unexpected(TokenError::unavailable("too many logins wait to be checked"));
  co_return std::move(*done);
}

}  // namespace bearward::endpoint
