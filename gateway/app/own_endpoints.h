#pragma once

#include <memory>

#include "async/task.h"
#include "config/endpoints.h"
#include "endpoint/docs_endpoint.h"
#include "endpoint/sign_up_endpoint.h"
#include "endpoint/token_endpoint.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "snapshot/snapshot.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::app {

/// One of each endpoint that the gateway answers itself. One a worker; what it is given outlives it.
class OwnEndpoints {
 public:
  OwnEndpoints(store::UserStore& users, store::RefreshStore& refresh, endpoint::TokenEndpoint::Pools pools,
               limit::LoginProtection& logins)
      : token_(users, refresh, pools, logins), sign_up_(users, pools.hashing) {}

  Task<http::Response> handle(config::Endpoint endpoint, http::Request request,
                              std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  endpoint::TokenEndpoint token_;
  endpoint::SignUpEndpoint sign_up_;
  endpoint::DocsEndpoint docs_;
};

}  // namespace bearward::app
