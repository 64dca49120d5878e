#pragma once

#include <memory>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/waiting_client.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "oauth/token_error.h"
#include "oauth/token_request.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// Gives tokens for credentials (RFC 6749 §3.2). One a worker; what it is given outlives it.
class TokenEndpoint {
 public:
  struct Pools {
    async::BlockingPool& store;    // reads of the user store
    async::BlockingPool& hashing;  // password checks
    async::BlockingPool& writing;  // refresh tokens
  };

  TokenEndpoint(store::UserStore& users, store::RefreshStore& refresh, Pools pools, limit::LoginProtection& logins)
      : users_(users), refresh_(refresh), pools_(pools), logins_(logins) {}

  Task<http::Response> handle(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  using Answer = Result<oauth::TokenResponse, oauth::TokenError>;
  /// A request whose client has been authenticated and may use its grant.
  struct Admitted {
    oauth::TokenRequest request;
    const config::RegisteredClient* client;  // of `snapshot`; null: none that is registered
    WaitingClient waiting;
    IpAddress client_ip;
    std::string bound_to;  // sign_tokens
    std::shared_ptr<const snapshot::Snapshot> snapshot;
  };

  Task<Answer> answer(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Answer> grant_password(Admitted admitted);
  Task<Answer> grant_refresh(Admitted admitted);
  Task<Answer> grant_client_credentials(Admitted admitted);

  store::UserStore& users_;
  store::RefreshStore& refresh_;
  Pools pools_;
  limit::LoginProtection& logins_;
};

}  // namespace bearward::endpoint
