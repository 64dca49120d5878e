#pragma once

#include <memory>

#include "async/blocking_pool.h"
#include "async/task.h"
#include "endpoint/sign_up_request.h"
#include "http/message.h"
#include "snapshot/snapshot.h"
#include "store/user_store.h"

namespace bearward::endpoint {

/// Lets a stranger become a user, without a role. One a worker; what it is given outlives it. Strangers may
/// come in any number, and each costs a hash: few may wait at a time, so that logins are not kept by them.
class SignUpEndpoint {
 public:
  SignUpEndpoint(store::UserStore& users, async::BlockingPool& hashing_pool)
      : users_(users), hashing_pool_(hashing_pool) {}

  Task<http::Response> handle(http::Request request, std::shared_ptr<const snapshot::Snapshot> snapshot);

 private:
  using Snapshot = std::shared_ptr<const snapshot::Snapshot>;

  Task<http::Response> add(SignUp asked, const http::Connection& connection, Snapshot snapshot);

  store::UserStore& users_;
  async::BlockingPool& hashing_pool_;
  std::size_t waiting_ = 0;
};

}  // namespace bearward::endpoint
