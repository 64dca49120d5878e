#pragma once

#include <memory>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/waiting_client.h"
#include "http/message.h"
#include "oauth/grant_password.h"
#include "oauth/token_error.h"
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

  Task<Answer> answer(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Answer> grant(oauth::TokenRequest request, WaitingClient waiting,
                     std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Answer> grant_password(oauth::PasswordGrant grant, WaitingClient waiting,
                              std::shared_ptr<const snapshot::Snapshot> snapshot);

  store::UserStore& users_;
  async::BlockingPool& hashing_pool_;
};

}  // namespace bearward::endpoint
