#include "endpoint/token_endpoint.h"

#include <utility>

#include "endpoint/authenticate_client.h"
#include "endpoint/client_login.h"
#include "endpoint/login_guard.h"
#include "endpoint/renew_login.h"
#include "endpoint/start_login.h"
#include "http/forwarding.h"
#include "http/problem.h"
#include "http/read_content.h"
#include "oauth/grant_client_credentials.h"
#include "oauth/grant_password.h"
#include "oauth/grant_refresh.h"

namespace bearward::endpoint {
namespace {

using config::Compatibility;
using config::GrantType;
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

TokenError too_busy() { return TokenError::unavailable("too many requests for tokens wait"); }

Result<GrantType, TokenError> grant_type_of(const oauth::TokenRequest& request, const Snapshot& snapshot) {
  const bool refresh_tokens = snapshot.config.tokens.refresh_ttl > std::chrono::seconds{0};
  if (request.grant_type == "password") return GrantType::password;
  if (request.grant_type == "refresh_token" && refresh_tokens) return GrantType::refresh_token;
  if (request.grant_type == "client_credentials") return GrantType::client_credentials;
  return std::unexpected(TokenError::unsupported_grant_type(request.grant_type));
}

/// The thumbprint of it; empty: the token is to be a bearer token.
Result<std::string, TokenError> certificate_to_bind_to(const http::Connection& connection,
                                                       config::CertificateBound setting) {
  if (setting == config::CertificateBound::never) return {};
  if (connection.certificate) return connection.certificate->thumbprint;
  if (setting == config::CertificateBound::optional) return {};
  return std::unexpected(
      TokenError::invalid_request("tokens are for clients that show a certificate in the TLS handshake"));
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
  const IpAddress client_ip =
      http::find_origin(request.head, request.connection, snapshot->config.trusted_proxies).client_ip;
  const auto client = authenticate_client(logins_, parsed->client, request, *snapshot);
  if (!client) co_return std::unexpected(client.error());
  const auto type = grant_type_of(*parsed, *snapshot);
  if (!type) co_return std::unexpected(type.error());
  if (const auto may = snapshot->clients.admit(*client, *type); !may) co_return std::unexpected(may.error());
  if (!snapshot->token_issuer)
    co_return std::unexpected(TokenError::unavailable("there is no key to sign tokens with"));
  auto bound_to = certificate_to_bind_to(request.connection, snapshot->config.tokens.certificate_bound);
  if (!bound_to) co_return std::unexpected(std::move(bound_to.error()));
  Admitted admitted{
      std::move(*parsed), *client, WaitingClient(request.connection, steady_now()), client_ip, std::move(*bound_to),
      std::move(snapshot)};
  switch (*type) {
    case GrantType::password:
      co_return co_await grant_password(std::move(admitted));
    case GrantType::refresh_token:
      co_return co_await grant_refresh(std::move(admitted));
    case GrantType::client_credentials:
      break;
  }
  co_return co_await grant_client_credentials(std::move(admitted));
}

Task<TokenEndpoint::Answer> TokenEndpoint::grant_password(Admitted admitted) {
  auto grant = oauth::read_password_grant(admitted.request);
  if (!grant) co_return std::unexpected(std::move(grant.error()));
  LoginGuard guard(logins_, admitted.snapshot->config.login_protection, {grant->username, admitted.client_ip});
  if (auto refused = guard.refuses()) co_return std::unexpected(std::move(*refused));
  auto check = [&users = users_, grant = std::move(*grant), admitted,
                guard = std::move(guard)]() -> Result<StartedLogin, TokenError> {
    if (admitted.waiting.has_given_up(steady_now()))
      return std::unexpected(TokenError::unavailable("nobody waits any more"));
    return guard.check(
        [&] { return start_login(users, grant, admitted.client, admitted.bound_to, *admitted.snapshot); });
  };
  auto login = co_await pools_.hashing.run(std::move(check));
  if (!login) co_return std::unexpected(too_busy());
  if (!*login) co_return std::unexpected(login->error());
  if (!(*login)->family) co_return std::move((*login)->answer);
  auto keep = [&refresh = refresh_, login = std::move(**login), ttl = admitted.snapshot->config.tokens.refresh_ttl] {
    return keep_login(refresh, login, ttl);
  };
  auto kept = co_await pools_.writing.run(std::move(keep));
  if (!kept) co_return std::unexpected(too_busy());
  co_return std::move(*kept);
}

Task<TokenEndpoint::Answer> TokenEndpoint::grant_refresh(Admitted admitted) {
  auto grant = oauth::read_refresh_grant(admitted.request);
  if (!grant) co_return std::unexpected(std::move(grant.error()));
  auto job = [&users = users_, &refresh = refresh_, grant = std::move(*grant), admitted = std::move(admitted)] {
    return renew_login(users, refresh, grant, admitted.client, admitted.bound_to, *admitted.snapshot);
  };
  auto done = co_await pools_.writing.run(std::move(job));
  if (!done) co_return std::unexpected(too_busy());
  co_return std::move(*done);
}

Task<TokenEndpoint::Answer> TokenEndpoint::grant_client_credentials(Admitted admitted) {
  auto scope =
      oauth::grant_client_credentials(admitted.request, *admitted.client, admitted.snapshot->config.compatibility);
  if (!scope) co_return std::unexpected(std::move(scope.error()));
  auto job = [&users = users_, scope = std::move(*scope), admitted = std::move(admitted)] {
    return log_client_in(users, *admitted.client, scope, admitted.bound_to, *admitted.snapshot);
  };
  auto done = co_await pools_.store.run(std::move(job));
  if (!done) co_return std::unexpected(too_busy());
  co_return std::move(*done);
}

}  // namespace bearward::endpoint
