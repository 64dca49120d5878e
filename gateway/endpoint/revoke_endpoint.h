#pragma once

#include <functional>
#include <memory>
#include <string>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/own_token.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "oauth/token_argument.h"
#include "snapshot/snapshot.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// Ends tokens (RFC 7009). Who holds a token may end it, unless it was issued to a client: then that client has to
/// say who it is, with its secret if it has one. A refresh token takes its login along: all tokens of it. One a
/// worker; what it is given outlives it.
class RevokeEndpoint {
 public:
  /// Tells every process and worker that the tokens of a subject changed; returns when they know.
  using Announce = std::function<Task<bool>(std::string subject)>;

  RevokeEndpoint(store::UserStore& users, store::RefreshStore& refresh, async::BlockingPool& writing_pool,
                 limit::LoginProtection& logins, Announce announce)
      : users_(users),
        refresh_(refresh),
        writing_pool_(writing_pool),
        logins_(logins),
        announce_(std::move(announce)) {}

  Task<http::Response> handle(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  /// The subject whose record changed; empty: nothing was there to end.
  using Ended = Result<std::string, oauth::TokenError>;

  Task<Result<void, oauth::TokenError>> answer(http::Request request,
                                               std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Ended> end_token(oauth::TokenArgument argument, const config::RegisteredClient* client,
                        std::shared_ptr<const snapshot::Snapshot> snapshot);

  store::UserStore& users_;
  store::RefreshStore& refresh_;
  async::BlockingPool& writing_pool_;
  limit::LoginProtection& logins_;
  Announce announce_;
  OwnTokenVerifier verifier_;
};

}  // namespace bearward::endpoint
