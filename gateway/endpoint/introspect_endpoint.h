#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <string>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/own_token.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "oauth/token_argument.h"
#include "snapshot/snapshot.h"
#include "store/cached_user_store.h"
#include "store/refresh_store.h"

namespace bearward::endpoint {

/// Says what a token is worth now (RFC 7662), to registered clients with a secret alone: {"active": false} and no
/// more of every token that a request would not be let in with. One a worker; what it is given outlives it.
class IntrospectEndpoint {
 public:
  IntrospectEndpoint(store::CachedUserStore& users, store::RefreshStore& refresh, async::BlockingPool& store_pool,
                     limit::LoginProtection& logins)
      : users_(users), refresh_(refresh), store_pool_(store_pool), logins_(logins) {}

  Task<http::Response> handle(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  using Answer = Result<boost::json::object, oauth::TokenError>;

  Task<Answer> answer(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);
  Task<Answer> describe_access_token(std::shared_ptr<const identity::TokenClaims> claims);
  Task<Answer> describe_refresh_token(Secret token, std::shared_ptr<const snapshot::Snapshot> snapshot);

  store::CachedUserStore& users_;
  store::RefreshStore& refresh_;
  async::BlockingPool& store_pool_;
  limit::LoginProtection& logins_;
  OwnTokenVerifier verifier_;
};

}  // namespace bearward::endpoint
