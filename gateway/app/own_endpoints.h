#pragma once

#include <memory>

#include "app/change_announcer.h"
#include "async/task.h"
#include "config/endpoints.h"
#include "endpoint/docs_endpoint.h"
#include "endpoint/introspect_endpoint.h"
#include "endpoint/revoke_endpoint.h"
#include "endpoint/sign_up_endpoint.h"
#include "endpoint/token_endpoint.h"
#include "http/message.h"
#include "limit/login_protection.h"
#include "snapshot/snapshot.h"
#include "store/cached_user_store.h"
#include "store/refresh_store.h"
#include "store/user_store.h"

namespace bearward::app {

/// One of each endpoint that the gateway answers itself. One a worker; what it is given outlives it.
class OwnEndpoints {
 public:
  /// `copies` are this worker's own of `users`.
  OwnEndpoints(store::UserStore& users, store::CachedUserStore& copies, store::RefreshStore& refresh,
               endpoint::TokenEndpoint::Pools pools, limit::LoginProtection& logins, AnnounceChange announce)
      : token_(users, refresh, pools, logins),
        sign_up_(users, pools.hashing),
        revoke_(users, refresh, pools.writing, logins, std::move(announce)),
        introspect_(copies, refresh, pools.store, logins) {}

  Task<http::Response> handle(config::Endpoint endpoint, http::Request request,
                              std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  endpoint::TokenEndpoint token_;
  endpoint::SignUpEndpoint sign_up_;
  endpoint::DocsEndpoint docs_;
  endpoint::RevokeEndpoint revoke_;
  endpoint::IntrospectEndpoint introspect_;
};

}  // namespace bearward::app
