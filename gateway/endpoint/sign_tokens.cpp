#include "endpoint/sign_tokens.h"

#include <utility>

namespace bearward::endpoint {
namespace {

oauth::TokenResponse sign(const snapshot::Snapshot& snapshot, const token::AccessTokenGrant& grant,
                          const oauth::Scopes& scope, UnixMilliseconds now) {
  token::IssuedToken issued = snapshot.token_issuer->issue(grant, now);
  oauth::TokenResponse answer{.access_token = std::move(issued.token), .expires_in = issued.expires_in};
  answer.scope = identity::joined(scope);
  return answer;
}

}  // namespace

oauth::TokenResponse sign_for_user(const snapshot::Snapshot& snapshot, const std::string& username,
                                   const config::RegisteredClient* client, const oauth::Scopes& scope,
                                   const std::string& family_id, const std::string& bound_to, UnixMilliseconds now) {
  // The name of a client that is not registered is left out: upstreams would take it for verified.
  const token::AccessTokenGrant grant{.subject = username,
                                      .client_id = client == nullptr ? std::string{} : client->id,
                                      .scopes = scope,
                                      .family_id = family_id,
                                      .certificate_thumbprint = bound_to};
  oauth::TokenResponse answer = sign(snapshot, grant, scope, now);
  answer.username = username;
  return answer;
}

oauth::TokenResponse sign_for_client(const snapshot::Snapshot& snapshot, const config::RegisteredClient& client,
                                     const oauth::Scopes& scope, const std::string& bound_to, UnixMilliseconds now) {
  const token::AccessTokenGrant grant{.subject = client.id,
                                      .client_id = client.id,
                                      .scopes = scope,
                                      .certificate_thumbprint = bound_to,
                                      .for_client = true};
  return sign(snapshot, grant, scope, now);
}

}  // namespace bearward::endpoint
