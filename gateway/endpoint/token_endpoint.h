#pragma once

#include <memory>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/waiting_client.h"
#include "http/message.h"
#include "oauth/token_error.h"
#include "oauth/token_request.h"
#include "oauth/token_response.h"
#include "snapshot/snapshot.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// Gives tokens for credentials (RFC 6749 §3.2). One a worker; what it is given outlives it.
class TokenEndpoint {
 public:
  TokenEndpoint(store::UserStore& users, async::BlockingPool& hashing_pool)
      : users_(users), hashing_pool_(hashing_pool) {}

  Task<http::Response> handle(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  using Answer = Result<oauth::TokenResponse, oauth::TokenError>;

  /// A request whose client is known, as far as it can be.
  struct Admitted {
    oauth::TokenRequest request;
    const config::RegisteredClient* client;  // of `snapshot`; null: none that is registered
    WaitingClient waiting;
    std::shared_ptr<const snapshot::Snapshot> snapshot;
  };

  Task<Answer> answer(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Answer> grant(Admitted admitted);
  Task<Answer> grant_password(Admitted admitted);

  store::UserStore& users_;
  async::BlockingPool& hashing_pool_;
};

}  // namespace bearward::endpoint
